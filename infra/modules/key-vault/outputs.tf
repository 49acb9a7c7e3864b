output "id" {
  description = "Id of the vault; given only once it can be reached by its private endpoint."
  value       = azurerm_key_vault.this.id

  depends_on = [azurerm_private_endpoint.this]
}

output "name" {
  description = "Name of the vault, as a SecretProviderClass asks for it."
  value       = azurerm_key_vault.this.name
}

output "uri" {
  description = "Address of the vault."
  value       = azurerm_key_vault.this.vault_uri
}
