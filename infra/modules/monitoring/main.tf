# Where the environment's logs go, and the rule that Container Insights needs: without a rule that is associated
# with the cluster (the aks module does that), the agent runs and collects nothing.

locals {
  workspace_id = var.workspace == null ? azurerm_log_analytics_workspace.this[0].id : var.workspace.id
}

resource "azurerm_log_analytics_workspace" "this" {
  count = var.workspace == null ? 1 : 0

  name                = "log-${var.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  sku                 = "PerGB2018"
  retention_in_days   = var.retention_in_days
  daily_quota_gb      = var.daily_quota_gb

  # Entra identities only: the workspace's shared keys open it to whoever has seen them.
  local_authentication_enabled = false

  tags = var.tags
}

# The workspace became one of two kinds when it could be shared.
moved {
  from = azurerm_log_analytics_workspace.this
  to   = azurerm_log_analytics_workspace.this[0]
}

resource "azurerm_monitor_data_collection_rule" "container_insights" {
  name                = "dcr-${var.name}-containers"
  location            = var.location
  resource_group_name = var.resource_group_name
  kind                = "Linux"
  description         = "Container logs, events and inventory of ${var.name}."

  destinations {
    log_analytics {
      name                  = "workspace"
      workspace_resource_id = local.workspace_id
    }
  }

  data_flow {
    streams      = ["Microsoft-ContainerInsights-Group-Default"]
    destinations = ["workspace"]
  }

  data_sources {
    extension {
      name           = "ContainerInsightsExtension"
      extension_name = "ContainerInsights"
      streams        = ["Microsoft-ContainerInsights-Group-Default"]
      extension_json = jsonencode({
        dataCollectionSettings = {
          interval               = var.collection_interval
          namespaceFilteringMode = "Exclude"
          namespaces             = ["gatekeeper-system"]
          enableContainerLogV2   = true
        }
      })
    }
  }

  tags = var.tags
}
