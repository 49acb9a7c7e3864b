# What a prod environment is watched by.

module "resource_group" {
  source = "../../../resource-group"

  name     = "rg-orders-prod"
  location = "westeurope"
}

module "monitoring" {
  source = "../.."

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  retention_in_days   = 90
}

output "workspace_id" {
  description = "Id of the workspace."
  value       = module.monitoring.workspace_id
}
