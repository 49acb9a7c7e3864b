output "id" {
  description = "Id of the cluster."
  value       = azurerm_kubernetes_cluster.this.id
}

output "name" {
  description = "Name of the cluster."
  value       = azurerm_kubernetes_cluster.this.name
}

output "kubelet_object_id" {
  description = "Object id of the identity by which nodes pull images."
  value       = one(azurerm_kubernetes_cluster.this.kubelet_identity[*].object_id)
}

output "oidc_issuer_url" {
  description = "Issuer that federated credentials of workloads trust."
  value       = azurerm_kubernetes_cluster.this.oidc_issuer_url
}

output "node_resource_group" {
  description = "Resource group that Azure keeps nodes and load balancers in."
  value       = azurerm_kubernetes_cluster.this.node_resource_group
}

output "principal_id" {
  description = "Object id of the control plane's identity."
  value       = azurerm_user_assigned_identity.control_plane.principal_id
}
