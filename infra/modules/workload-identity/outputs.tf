output "id" {
  description = "Id of the identity."
  value       = azurerm_user_assigned_identity.this.id
}

output "name" {
  description = "Name of the identity; PostgreSQL knows it by this."
  value       = azurerm_user_assigned_identity.this.name
}

output "client_id" {
  description = "What the service account is annotated with as azure.workload.identity/client-id."
  value       = azurerm_user_assigned_identity.this.client_id
}

output "principal_id" {
  description = "Object id, for role assignments elsewhere; given only once service accounts may act as the identity."
  value       = azurerm_user_assigned_identity.this.principal_id

  depends_on = [azurerm_federated_identity_credential.this]
}
