# What is collected from the cluster, and by which rule.

# Container Insights collects only once its rule is associated with the cluster.
resource "azurerm_monitor_data_collection_rule_association" "container_insights" {
  count = var.monitoring == null ? 0 : 1

  name                    = "ContainerInsightsExtension"
  target_resource_id      = azurerm_kubernetes_cluster.this.id
  data_collection_rule_id = var.monitoring.container_insights_rule_id
  description             = "Container logs, events and inventory of the cluster."
}

resource "azurerm_monitor_data_collection_rule_association" "prometheus" {
  count = var.prometheus == null ? 0 : 1

  name                    = "prometheus"
  target_resource_id      = azurerm_kubernetes_cluster.this.id
  data_collection_rule_id = var.prometheus.rule_id
  description             = "Prometheus metrics of the cluster."
}

# Who did what to the cluster, without the reads; and the guard that lets people in.
resource "azurerm_monitor_diagnostic_setting" "control_plane" {
  count = var.audit == null ? 0 : 1

  name                           = "audit"
  target_resource_id             = azurerm_kubernetes_cluster.this.id
  log_analytics_workspace_id     = var.audit.workspace_id
  log_analytics_destination_type = "Dedicated"

  dynamic "enabled_log" {
    for_each = toset(["cluster-autoscaler", "guard", "kube-audit-admin"])

    content {
      category = enabled_log.value
    }
  }
}
