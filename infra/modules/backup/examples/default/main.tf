# A prod cluster that is backed up every four hours, in another region too.

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

module "aks" {
  source = "../../../aks"

  name                = "aks-orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  tenant_id           = data.azurerm_client_config.current.tenant_id
  subnet_id           = module.network.aks_subnet_id
  outbound_type       = module.network.outbound_type
  system_pool         = { vm_size = "Standard_D2ds_v5", min_count = 3, max_count = 4 }
}

module "storage" {
  source = "../../../storage"

  name                = "stordersprodbackup"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  replication         = "GZRS"
  containers          = ["backups"]

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["blob"]
  }
}

module "backup" {
  source = "../.."

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  tenant_id           = data.azurerm_client_config.current.tenant_id
  redundancy          = "GeoRedundant"
  schedule            = { every_hours = 4 }

  cluster = {
    name         = module.aks.name
    id           = module.aks.id
    principal_id = module.aks.principal_id
  }

  storage = {
    account_id   = module.storage.id
    account_name = module.storage.name
    container    = "backups"
  }
}

output "instance_id" {
  description = "Id of the backup."
  value       = module.backup.instance_id
}
