# The database of a prod environment: a standby in another zone, five weeks of way back, administered by a group.

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

module "postgres" {
  source = "../.."

  name                  = "psql-orders-prod"
  location              = module.resource_group.location
  resource_group_name   = module.resource_group.name
  tenant_id             = data.azurerm_client_config.current.tenant_id
  databases             = ["orders"]
  high_availability     = {}
  backup_retention_days = 35

  administrators = {
    team = {
      object_id      = "00000000-0000-4000-8000-000000000020"
      principal_name = "team-orders"
      principal_type = "Group"
    }
  }

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["postgres"]
  }
}

output "host" {
  description = "Host that applications connect to."
  value       = module.postgres.host
}
