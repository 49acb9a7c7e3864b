mock_provider "azurerm" {}

variables {
  name                = "orders-dev"
  location            = "westeurope"
  resource_group_name = "rg-orders-dev"
}

run "defaults" {
  command = plan

  assert {
    condition     = azurerm_log_analytics_workspace.this.retention_in_days == 30 && !azurerm_log_analytics_workspace.this.local_authentication_enabled
    error_message = "Logs are kept for 30 days and read by Entra identities only."
  }

  assert {
    condition     = jsondecode(azurerm_monitor_data_collection_rule.container_insights.data_sources[0].extension[0].extension_json).dataCollectionSettings.enableContainerLogV2
    error_message = "Container logs must come in the second form, which costs less to store and to query."
  }

  assert {
    condition     = azurerm_monitor_data_collection_rule.container_insights.data_flow[0].destinations == tolist([azurerm_monitor_data_collection_rule.container_insights.destinations[0].log_analytics[0].name])
    error_message = "The flow must end at a destination that is there; neither the provider nor Azure's plan checks it."
  }
}

run "refuses_short_retention" {
  command = plan

  variables {
    retention_in_days = 7
  }

  expect_failures = [var.retention_in_days]
}

run "refuses_quota_of_nothing" {
  command = plan

  variables {
    daily_quota_gb = 0
  }

  expect_failures = [var.daily_quota_gb]
}

run "refuses_interval_in_seconds" {
  command = plan

  variables {
    collection_interval = "60s"
  }

  expect_failures = [var.collection_interval]
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                = "Orders"
    location            = "West Europe"
    resource_group_name = "rg."
    tags                = { "a%b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.tags,
  ]
}
