output "cluster" {
  description = "Name of the cluster."
  value       = module.aks.name
}

output "resource_group" {
  description = "Resource group that holds everything."
  value       = module.resource_group.name
}

output "registry" {
  description = "Host that images are pushed to."
  value       = module.registry.login_server
}

output "oidc_issuer_url" {
  description = "Issuer that federated credentials of workloads trust."
  value       = module.aks.oidc_issuer_url
}
