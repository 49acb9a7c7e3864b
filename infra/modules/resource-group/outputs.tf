output "id" {
  description = "Id of the resource group."
  value       = azurerm_resource_group.this.id
}

output "name" {
  description = "Name of the resource group; known only once it is there, so that what uses it waits for it."
  value       = azurerm_resource_group.this.name
}

output "location" {
  description = "Region of the resource group."
  value       = azurerm_resource_group.this.location
}
