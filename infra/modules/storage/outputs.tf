output "id" {
  description = "Id of the account; given only once it can be reached by its private endpoint."
  value       = azurerm_storage_account.this.id

  depends_on = [azurerm_private_endpoint.this]
}

output "name" {
  description = "Name of the account."
  value       = azurerm_storage_account.this.name
}

output "blob_endpoint" {
  description = "Address of the blobs."
  value       = azurerm_storage_account.this.primary_blob_endpoint
}

output "container_ids" {
  description = "Id of each container, for roles on one of them only."
  value       = { for name, container in azurerm_storage_container.this : name => container.id }
}
