# What environments share, so that it is paid for and looked after once: images, a domain, and where logs go. An
# environment takes it by the input `shared` of its stack, and makes for itself what is not here.

locals {
  tags = merge(var.tags, { "moorline-stack" = "platform" })

  common = {
    location            = module.resource_group.location
    resource_group_name = module.resource_group.name
  }
}

module "resource_group" {
  source = "../../modules/resource-group"

  name                = "rg-${var.name}-platform"
  location            = var.location
  delete_lock_enabled = var.delete_lock_enabled
  budget              = var.monthly_budget == null ? null : { amount = var.monthly_budget, emails = [var.email] }
  tags                = local.tags
}

# Premium, because environments of the tier prod pull by private endpoints of their own.
module "registry" {
  source = "../../modules/registry"

  name                       = var.registry_name
  location                   = local.common.location
  resource_group_name        = local.common.resource_group_name
  sku                        = "Premium"
  zone_redundancy_enabled    = length(data.azurerm_location.this.zone_mappings) > 0
  untagged_retention_in_days = 30
  replica_locations          = var.registry_replica_locations
  push_principal_ids         = var.push_principal_ids
  tokens                     = var.registry_tokens
  tags                       = local.tags
}

module "monitoring" {
  source = "../../modules/monitoring"

  name                = var.name
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  retention_in_days   = var.log_retention_in_days
  daily_quota_gb      = var.daily_log_quota_gb
  tags                = local.tags
}

# Environments write their records into it; whoever sells the domain must be told its name servers once.
resource "azurerm_dns_zone" "this" {
  count = var.domain == null ? 0 : 1

  name                = var.domain
  resource_group_name = local.common.resource_group_name
  tags                = local.tags
}

# Whether the region has zones, for the images.
data "azurerm_location" "this" {
  location = var.location
}
