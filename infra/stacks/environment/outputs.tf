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
  value       = var.shared.registry == null ? module.registry[0].login_server : var.shared.registry.login_server
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

output "gateway" {
  description = "What a pipeline installs the Gateway API with: controller envoy-gateway or, behind the edge, alb-controller, and what its chart is told."
  value = {
    controller          = var.edge_enabled ? "alb-controller" : "envoy-gateway"
    client_id           = one(module.edge[*].controller_client_id)
    load_balancer_id    = one(module.edge[*].id)
    public_ip_name      = one(azurerm_public_ip.gateway[*].name)
    resource_group_name = local.common.resource_group_name
  }
}

output "domain" {
  description = "Domain below which the environment's hosts are; null without shared.dns_zone."
  value       = var.shared.dns_zone == null ? null : "${var.name}.${var.shared.dns_zone.name}"
}

output "api_management_gateway_url" {
  description = "Address at which callers find the APIs; null without api_management."
  value       = one(module.api_management[*].gateway_url)
}
