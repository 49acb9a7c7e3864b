output "backend" {
  description = "Settings of the azurerm backend, besides the key, which is the environment's name and .tfstate."
  value = {
    resource_group_name  = module.resource_group.name
    storage_account_name = azurerm_storage_account.state.name
    container_name       = azurerm_storage_container.state.name
    use_azuread_auth     = true
  }
}

output "client_ids" {
  description = "Client ids of the identities, for the service connections plan and apply."
  value       = { for name, identity in azurerm_user_assigned_identity.pipeline : name => identity.client_id }
}
