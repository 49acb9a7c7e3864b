# An environment as EnvironmentSpec describes it, made of the modules. The tier decides what stands in presets.csv; whatever
# an environment may choose for itself is a variable.

data "azurerm_client_config" "current" {}

locals {
  tenant_id = data.azurerm_client_config.current.tenant_id
  compact   = replace(var.name, "-", "")

  tags = merge(var.tags, {
    "moorline-environment" = var.name
    "moorline-owner"       = var.owner
    "moorline-tier"        = var.tier
  })

  common = {
    location            = module.resource_group.location
    resource_group_name = module.resource_group.name
  }
}

module "resource_group" {
  source = "../../modules/resource-group"

  name                = "rg-${var.name}"
  location            = var.location
  delete_lock_enabled = var.delete_lock_enabled
  budget              = var.monthly_budget == null ? null : { amount = var.monthly_budget, emails = [var.team.email] }
  tags                = local.tags
}

module "network" {
  source = "../../modules/network"

  name                       = var.name
  location                   = local.common.location
  resource_group_name        = local.common.resource_group_name
  address_range              = var.address_range
  nat_gateway_enabled        = tobool(local.preset.nat_gateway)
  nat_gateway_zone_redundant = tobool(local.preset.nat_gateway_in_every_zone) && length(local.zones) > 0
  web_source_ranges          = var.web_source_ranges
  edge_enabled               = var.edge_enabled
  api_management_network     = var.api_management == null ? null : local.api_management_network
  tags                       = local.tags

  private_services = toset(concat(
    ["blob", "vault"],
    tobool(local.preset.private_registry) ? ["registry"] : [],
    var.managed_database_enabled ? ["postgres"] : [],
  ))
}

module "monitoring" {
  source = "../../modules/monitoring"

  name                = var.name
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  workspace           = var.shared.workspace
  retention_in_days   = tonumber(local.preset.log_retention_in_days)
  daily_quota_gb      = tonumber(local.preset.daily_log_quota_gb)
  prometheus_enabled  = tobool(local.preset.prometheus)
  tags                = local.tags

  grafana = tobool(local.preset.prometheus) ? {
    admin_group_object_ids = [var.team.group_object_id]
    zone_redundant         = length(local.zones) > 2
  } : null

  alerts = tobool(local.preset.prometheus) ? {
    cluster_name = "aks-${var.name}"
    emails       = { team = var.team.email }
  } : null
}

locals {
  # Nodes ask the API server too, from the NAT gateway's address; that of a load balancer AKS lets in by itself.
  api_server_authorized_ranges = length(var.api_server_authorized_ranges) == 0 ? [] : concat(
    var.api_server_authorized_ranges,
    tobool(local.preset.nat_gateway) ? ["${module.network.outbound_ip_address}/32"] : [],
  )
}

module "aks" {
  source = "../../modules/aks"

  name                   = "aks-${var.name}"
  location               = local.common.location
  resource_group_name    = local.common.resource_group_name
  tenant_id              = local.tenant_id
  subnet_id              = module.network.aks_subnet_id
  outbound_type          = module.network.outbound_type
  sku_tier               = local.preset.cluster_sku
  zones                  = local.zones
  admin_group_object_ids = [var.team.group_object_id]
  system_pool            = tobool(local.preset.own_system_pool) ? local.system_nodes : local.workload_nodes
  user_pool              = tobool(local.preset.own_system_pool) ? local.workload_nodes : null
  node_pools             = var.node_pools
  network_policy         = var.network_policy
  tags                   = local.tags

  api_server_authorized_ranges = local.api_server_authorized_ranges
  private_cluster_enabled      = var.private_cluster_enabled

  monitoring = {
    workspace_id               = module.monitoring.workspace_id
    container_insights_rule_id = module.monitoring.container_insights_rule_id
  }

  prometheus = tobool(local.preset.prometheus) ? { rule_id = module.monitoring.prometheus_rule_id } : null
  audit      = tobool(local.preset.audit) ? { workspace_id = module.monitoring.workspace_id } : null
  defender   = tobool(local.preset.defender) ? { workspace_id = module.monitoring.workspace_id } : null
}

module "registry" {
  source = "../../modules/registry"
  count  = var.shared.registry == null ? 1 : 0

  name                       = "acr${local.compact}"
  location                   = local.common.location
  resource_group_name        = local.common.resource_group_name
  sku                        = local.preset.registry_sku
  zone_redundancy_enabled    = local.preset.registry_sku == "Premium" && length(local.zones) > 0
  untagged_retention_in_days = local.preset.untagged_images_kept_in_days == "" ? null : tonumber(local.preset.untagged_images_kept_in_days)
  replica_locations          = local.registry_replicas
  tokens                     = var.registry_tokens
  pull_principal_ids         = { nodes = module.aks.kubelet_object_id }
  tags                       = local.tags

  private_endpoint = tobool(local.preset.private_registry) ? {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["registry"]
  } : null
}

# The registry became one of two kinds when it could be shared.
moved {
  from = module.registry
  to   = module.registry[0]
}
