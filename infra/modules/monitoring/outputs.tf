output "workspace_id" {
  description = "Id of the Log Analytics workspace."
  value       = azurerm_log_analytics_workspace.this.id
}

output "container_insights_rule_id" {
  description = "Id of the data collection rule of Container Insights."
  value       = azurerm_monitor_data_collection_rule.container_insights.id
}
