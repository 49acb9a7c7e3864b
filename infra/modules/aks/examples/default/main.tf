# The cluster of a prod environment: three zones, nodes of its own for workloads, cheap ones for batches, watched in every
# way.

data "azurerm_client_config" "current" {}

module "resource_group" {
  source = "../../../resource-group"

  name     = "rg-orders-prod"
  location = "westeurope"
}

module "network" {
  source = "../../../network"

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  address_range       = "10.20.0.0/20"
  private_services    = ["blob", "postgres", "registry", "vault"]
}

module "monitoring" {
  source = "../../../monitoring"

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  prometheus_enabled  = true
}

module "aks" {
  source = "../.."

  name                = "aks-orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  tenant_id           = data.azurerm_client_config.current.tenant_id
  subnet_id           = module.network.aks_subnet_id
  outbound_type       = module.network.outbound_type

  system_pool = { vm_size = "Standard_D2ds_v5", min_count = 3, max_count = 4 }
  user_pool   = { vm_size = "Standard_D4ds_v5", min_count = 3, max_count = 6 }

  node_pools = {
    batch = { vm_size = "Standard_D4ds_v5", max_count = 10, labels = { workload = "batch" }, spot = {} }
  }

  monitoring = {
    workspace_id               = module.monitoring.workspace_id
    container_insights_rule_id = module.monitoring.container_insights_rule_id
  }

  prometheus = { rule_id = module.monitoring.prometheus_rule_id }
  audit      = { workspace_id = module.monitoring.workspace_id }
  defender   = { workspace_id = module.monitoring.workspace_id }
}

output "oidc_issuer_url" {
  description = "Issuer that federated credentials trust."
  value       = module.aks.oidc_issuer_url
}
