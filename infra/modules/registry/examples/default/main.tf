# The registry of a prod environment.

module "resource_group" {
  source = "../../../resource-group"

  name     = "rg-orders-prod"
  location = "westeurope"
}

module "registry" {
  source = "../.."

  name                       = "acrordersprod"
  location                   = module.resource_group.location
  resource_group_name        = module.resource_group.name
  sku                        = "Premium"
  zone_redundancy_enabled    = true
  untagged_retention_in_days = 30
}

output "login_server" {
  description = "Host that images are pushed to."
  value       = module.registry.login_server
}
