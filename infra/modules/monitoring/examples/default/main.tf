# What a prod environment is watched by: logs for 90 days, metrics, dashboards for the team, alerts to its address.

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
  prometheus_enabled  = true

  grafana = {
    admin_group_object_ids = ["00000000-0000-4000-8000-000000000020"]
    zone_redundant         = true
  }

  alerts = {
    cluster_name = "aks-orders-prod"
    emails       = { team = "team-orders@example.com" }
  }
}

output "grafana_endpoint" {
  description = "Address of the dashboards."
  value       = module.monitoring.grafana_endpoint
}
