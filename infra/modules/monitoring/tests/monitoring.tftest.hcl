mock_provider "azurerm" {}

variables {
  name                = "orders-dev"
  location            = "westeurope"
  resource_group_name = "rg-orders-dev"
}

run "defaults" {
  command = plan

  assert {
    condition     = azurerm_log_analytics_workspace.this[0].retention_in_days == 30 && !azurerm_log_analytics_workspace.this[0].local_authentication_enabled
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

run "logs_go_to_the_workspace_that_is_shared" {
  command = plan

  variables {
    workspace = { id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-moorline-platform/providers/Microsoft.OperationalInsights/workspaces/log-moorline" }
  }

  assert {
    condition     = length(azurerm_log_analytics_workspace.this) == 0 && azurerm_monitor_data_collection_rule.container_insights.destinations[0].log_analytics[0].workspace_resource_id == var.workspace.id && output.workspace_id == var.workspace.id
    error_message = "There must be no second workspace."
  }
}

run "refuses_the_name_of_a_workspace" {
  command = plan

  variables {
    workspace = { id = "log-moorline" }
  }

  expect_failures = [var.workspace]
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
    retention_in_days   = 7.5
    tags                = { "a%b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.retention_in_days,
    var.tags,
  ]
}

run "nothing_that_is_not_asked_for" {
  command = plan

  assert {
    condition     = length(azurerm_monitor_workspace.this) == 0 && length(azurerm_dashboard_grafana.this) == 0 && length(azurerm_monitor_alert_prometheus_rule_group.this) == 0
    error_message = "Metrics, dashboards and alerts must come only when they are asked for."
  }

  assert {
    condition     = output.prometheus_rule_id == null && output.grafana_endpoint == null && output.action_group_id == null
    error_message = "What is not there must have no id."
  }
}

run "metrics_reach_their_workspace" {
  command = plan

  variables {
    prometheus_enabled = true
  }

  assert {
    condition     = azurerm_monitor_data_collection_rule.prometheus[0].data_flow[0].destinations == tolist([azurerm_monitor_data_collection_rule.prometheus[0].destinations[0].monitor_account[0].name])
    error_message = "The flow must end at a destination that is there."
  }

  assert {
    condition     = azurerm_monitor_data_collection_rule.prometheus[0].data_sources[0].prometheus_forwarder[0].streams == tolist(["Microsoft-PrometheusMetrics"])
    error_message = "The rule must forward Prometheus metrics: the provider makes no such rule by itself."
  }
}

run "dashboards_for_groups" {
  command = plan

  variables {
    prometheus_enabled = true
    grafana            = { admin_group_object_ids = ["00000000-0000-4000-8000-000000000010"] }
  }

  assert {
    condition     = azurerm_role_assignment.grafana_people["admin-00000000-0000-4000-8000-000000000010"].role_definition_name == "Grafana Admin" && !azurerm_dashboard_grafana.this[0].api_key_enabled
    error_message = "People must come in by their group, and nobody by a key."
  }

  assert {
    condition     = azurerm_role_assignment.grafana["metrics"].role_definition_name == "Monitoring Data Reader" && length(azurerm_dashboard_grafana.this[0].name) <= 23
    error_message = "Grafana must be able to read the metrics, under a name that Azure takes."
  }
}

run "each_alert_reaches_somebody_who_can_read_what_to_do" {
  command = plan

  variables {
    prometheus_enabled = true
    alerts = {
      cluster_name = "aks-orders-dev"
      emails       = { team = "orders@example.com" }
      disabled     = ["job-failed"]
    }
  }

  assert {
    condition     = length(azurerm_monitor_alert_prometheus_rule_group.this[0].rule) == length(fileset("alerts", "*.yaml")) && length(azurerm_monitor_alert_prometheus_rule_group.this[0].rule) >= 10
    error_message = "Each file must be one rule."
  }

  assert {
    condition     = alltrue([for rule in azurerm_monitor_alert_prometheus_rule_group.this[0].rule : length(rule.action) == 1 && startswith(rule.annotations["runbook_url"], "https://")])
    error_message = "Each rule must tell the action group, and name its runbook."
  }

  assert {
    condition     = one([for rule in azurerm_monitor_alert_prometheus_rule_group.this[0].rule : rule.enabled if rule.alert == "JobFailed"]) == false
    error_message = "A rule that is disabled must be so."
  }

  assert {
    condition     = azurerm_monitor_action_group.this[0].short_name == "ordersdev" && one(azurerm_monitor_action_group.this[0].email_receiver).email_address == "orders@example.com"
    error_message = "The action group must have a name that Azure takes, and tell who was named."
  }

  assert {
    condition = toset([for rule in azurerm_monitor_alert_prometheus_rule_group.this[0].rule : "${rule.alert} ${rule.severity} ${rule.for}" if contains(["PodRestartLoop", "NodeCpuHigh", "NodeMemoryHigh", "DeploymentUnavailable", "GatewayErrors"], rule.alert)]) == toset([
      "DeploymentUnavailable 1 PT10M",
      "GatewayErrors 2 PT5M",
      "NodeCpuHigh 2 PT5M",
      "NodeMemoryHigh 2 PT5M",
      "PodRestartLoop 1 PT5M",
    ])
    error_message = "Restart loops, CPU, memory, missing replicas and errors of the gateway must be watched."
  }
}

run "refuses_dashboards_without_metrics" {
  command = plan

  variables {
    grafana = {}
  }

  expect_failures = [var.grafana]
}

run "refuses_names_of_groups" {
  command = plan

  variables {
    prometheus_enabled = true
    grafana            = { admin_group_object_ids = ["team-orders"] }
  }

  expect_failures = [var.grafana]
}

run "refuses_alerts_to_nobody" {
  command = plan

  variables {
    prometheus_enabled = true
    alerts             = { cluster_name = "aks-orders-dev" }
  }

  expect_failures = [var.alerts]
}

run "refuses_addresses_that_are_none_and_rules_that_do_not_exist" {
  command = plan

  variables {
    prometheus_enabled = true
    alerts             = { cluster_name = "aks-orders-dev", emails = { team = "orders" }, disabled = ["unknown"] }
  }

  expect_failures = [var.alerts]
}
