# The network of a prod environment: a way out in every zone, private names for its services, subnets for the
# edge and API Management.

module "resource_group" {
  source = "../../../resource-group"

  name     = "rg-orders-prod"
  location = "westeurope"
}

module "network" {
  source = "../.."

  name                       = "orders-prod"
  location                   = module.resource_group.location
  resource_group_name        = module.resource_group.name
  address_range              = "10.20.0.0/20"
  nat_gateway_zone_redundant = true
  private_services           = ["blob", "postgres", "registry", "vault"]
  edge_enabled               = true
  api_management_network     = "outbound"
}

output "aks_subnet_id" {
  description = "Subnet for the nodes."
  value       = module.network.aks_subnet_id
}
