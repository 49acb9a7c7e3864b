# Metrics: a workspace that understands Prometheus, and the rule by which the cluster's agent sends them there (the aks
# module associates it).

resource "azurerm_monitor_workspace" "this" {
  count = var.prometheus_enabled ? 1 : 0

  name                = "amw-${var.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_monitor_data_collection_endpoint" "prometheus" {
  count = var.prometheus_enabled ? 1 : 0

  name                = "dce-${var.name}-prometheus"
  location            = var.location
  resource_group_name = var.resource_group_name
  kind                = "Linux"
  tags                = var.tags
}

resource "azurerm_monitor_data_collection_rule" "prometheus" {
  count = var.prometheus_enabled ? 1 : 0

  name                        = "dcr-${var.name}-prometheus"
  location                    = var.location
  resource_group_name         = var.resource_group_name
  kind                        = "Linux"
  description                 = "Prometheus metrics of ${var.name}."
  data_collection_endpoint_id = azurerm_monitor_data_collection_endpoint.prometheus[0].id

  destinations {
    monitor_account {
      name               = "prometheus"
      monitor_account_id = azurerm_monitor_workspace.this[0].id
    }
  }

  data_flow {
    streams      = ["Microsoft-PrometheusMetrics"]
    destinations = ["prometheus"]
  }

  data_sources {
    prometheus_forwarder {
      name    = "prometheus"
      streams = ["Microsoft-PrometheusMetrics"]
    }
  }

  tags = var.tags
}
