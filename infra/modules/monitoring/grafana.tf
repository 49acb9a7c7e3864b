# Dashboards over the metrics and the logs. Grafana reads as what it is; people get their rights from Entra groups.

resource "azurerm_dashboard_grafana" "this" {
  count = var.grafana == null ? 0 : 1

  # Azure takes 23 characters at most.
  name                    = "g-${var.name}"
  location                = var.location
  resource_group_name     = var.resource_group_name
  grafana_major_version   = "12"
  sku                     = "Standard"
  zone_redundancy_enabled = var.grafana.zone_redundant
  api_key_enabled         = false

  identity {
    type = "SystemAssigned"
  }

  azure_monitor_workspace_integrations {
    resource_id = azurerm_monitor_workspace.this[0].id
  }

  tags = var.tags
}

resource "azurerm_role_assignment" "grafana" {
  for_each = var.grafana == null ? {} : {
    metrics = { scope = azurerm_monitor_workspace.this[0].id, role = "Monitoring Data Reader" }
    logs    = { scope = local.workspace_id, role = "Log Analytics Reader" }
  }

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = one(azurerm_dashboard_grafana.this[0].identity[*].principal_id)
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "grafana_people" {
  for_each = var.grafana == null ? {} : merge(
    { for id in var.grafana.admin_group_object_ids : "admin-${id}" => { id = id, role = "Grafana Admin" } },
    { for id in var.grafana.viewer_group_object_ids : "viewer-${id}" => { id = id, role = "Grafana Viewer" } },
  )

  scope                = azurerm_dashboard_grafana.this[0].id
  role_definition_name = each.value.role
  principal_id         = each.value.id
  principal_type       = "Group"
}
