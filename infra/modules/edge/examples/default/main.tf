# The edge of a prod environment, with its firewall on.

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
  private_services    = ["registry"]
  edge_enabled        = true
}

module "edge" {
  source = "../.."

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  subnet_id           = module.network.edge_subnet_id
  oidc_issuer_url     = "https://westeurope.oic.prod-aks.azure.com/00000000-0000-4000-8000-0000000000aa/00000000-0000-4000-8000-0000000000ab/"
}

output "hosts" {
  description = "Host of each frontend."
  value       = module.edge.hosts
}
