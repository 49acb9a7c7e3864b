output "resource_group" {
  description = "Resource group that holds everything."
  value       = module.resource_group.name
}

output "cluster" {
  description = "Name of the cluster."
  value       = module.aks.name
}

output "oidc_issuer_url" {
  description = "Issuer that federated credentials of workloads trust."
  value       = module.aks.oidc_issuer_url
}

output "registry" {
  description = "Host that images are pushed to."
  value       = module.registry.login_server
}

output "key_vault" {
  description = "Name of the vault, for a SecretProviderClass."
  value       = module.key_vault.name
}

output "blob_endpoint" {
  description = "Address of the blobs."
  value       = module.storage.blob_endpoint
}

output "database_host" {
  description = "Host of the managed database; null when the database runs in the cluster."
  value       = one(module.postgres[*].host)
}

output "workload_client_ids" {
  description = "What each workload's service account is annotated with."
  value       = { for name, identity in module.workload_identity : name => identity.client_id }
}

output "outbound_ip_address" {
  description = "The address that others see; null when the load balancer chooses."
  value       = module.network.outbound_ip_address
}

output "hosts" {
  description = "Hosts of the edge; null without edge."
  value       = one(module.edge[*].hosts)
}
