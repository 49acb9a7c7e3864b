# The registry of a prod environment: pulled from inside, copied to another region, pushed to by a build outside of Azure.

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

module "registry" {
  source = "../.."

  name                       = "acrordersprod"
  location                   = module.resource_group.location
  resource_group_name        = module.resource_group.name
  sku                        = "Premium"
  zone_redundancy_enabled    = true
  untagged_retention_in_days = 30
  replica_locations          = ["northeurope"]

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["registry"]
  }

  tokens = {
    ci-push = { access = "push", repositories = ["orders/api"] }
  }
}

output "login_server" {
  description = "Host that images are pushed to."
  value       = module.registry.login_server
}
