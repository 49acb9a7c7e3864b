output "id" {
  description = "Id of the server."
  value       = azurerm_postgresql_flexible_server.this.id
}

output "host" {
  description = "Host that applications connect to, on port 5432 with TLS; given only once its private name answers."
  value       = azurerm_postgresql_flexible_server.this.fqdn

  depends_on = [azurerm_private_endpoint.this]
}

output "database_names" {
  description = "Names of the databases."
  value       = toset([for database in azurerm_postgresql_flexible_server_database.this : database.name])
}
