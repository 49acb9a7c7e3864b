output "id" {
  description = "Id of the service."
  value       = azurerm_api_management.this.id
}

output "gateway_url" {
  description = "Address at which callers find the APIs."
  value       = azurerm_api_management.this.gateway_url
}

output "principal_id" {
  description = "Object id of the service's identity, for roles on vaults and backends."
  value       = one(azurerm_api_management.this.identity[*].principal_id)
}
