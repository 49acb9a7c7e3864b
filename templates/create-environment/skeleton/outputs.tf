output "cluster" {
  description = "Name of the cluster."
  value       = module.environment.cluster
}

output "resource_group" {
  description = "Resource group that holds everything."
  value       = module.environment.resource_group
}

output "registry" {
  description = "Host that images are pushed to."
  value       = module.environment.registry
}

output "key_vault" {
  description = "Name of the vault, for a SecretProviderClass."
  value       = module.environment.key_vault
}

output "blob_endpoint" {
  description = "Address of the blobs."
  value       = module.environment.blob_endpoint
}

output "database_host" {
  description = "Host of the managed database; null when the database runs in the cluster."
  value       = module.environment.database_host
}

output "workload_client_ids" {
  description = "The identity of each service that signs in to Azure."
  value       = module.environment.workload_client_ids
}

output "gateway" {
  description = "What the pipeline makes the gateway with."
  value       = module.environment.gateway
}

output "oidc_issuer_url" {
  description = "Issuer that federated credentials of workloads trust."
  value       = module.environment.oidc_issuer_url
}
