output "workspace_id" {
  description = "Id of the Log Analytics workspace."
  value       = local.workspace_id
}

output "container_insights_rule_id" {
  description = "Id of the data collection rule of Container Insights."
  value       = azurerm_monitor_data_collection_rule.container_insights.id
}

output "prometheus_rule_id" {
  description = "Id of the data collection rule of Prometheus metrics; null unless prometheus_enabled."
  value       = one(azurerm_monitor_data_collection_rule.prometheus[*].id)
}

output "prometheus_endpoint" {
  description = "Address that answers PromQL; null unless prometheus_enabled."
  value       = one(azurerm_monitor_workspace.this[*].query_endpoint)
}

output "grafana_endpoint" {
  description = "Address of Grafana; null unless there is one."
  value       = one(azurerm_dashboard_grafana.this[*].endpoint)
}

output "action_group_id" {
  description = "Id of the group that alerts are sent to, for alerts of other modules; null unless alerts are given."
  value       = one(azurerm_monitor_action_group.this[*].id)
}
