# Alerts: each file of alerts/ is one rule, and has a page in docs/runbooks that says what to do. Severity 0 and 1 wake
# people, 2 waits for the morning, 3 is worth a look.

locals {
  alerts = {
    for file in fileset("${path.module}/alerts", "*.yaml") :
    trimsuffix(file, ".yaml") => yamldecode(file("${path.module}/alerts/${file}"))
  }
}

resource "azurerm_monitor_action_group" "this" {
  count = var.alerts == null ? 0 : 1

  name                = "ag-${var.name}"
  resource_group_name = var.resource_group_name
  short_name          = substr(replace(var.name, "-", ""), 0, 12)
  tags                = var.tags

  dynamic "email_receiver" {
    for_each = var.alerts.emails

    content {
      name                    = email_receiver.key
      email_address           = email_receiver.value
      use_common_alert_schema = true
    }
  }

  dynamic "webhook_receiver" {
    for_each = var.alerts.webhooks

    content {
      name                    = webhook_receiver.key
      service_uri             = webhook_receiver.value
      use_common_alert_schema = true
    }
  }
}

resource "azurerm_monitor_alert_prometheus_rule_group" "this" {
  count = var.alerts == null ? 0 : 1

  name                = "alerts-${var.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  description         = "Alerts of ${var.name}."
  scopes              = [azurerm_monitor_workspace.this[0].id]
  cluster_name        = var.alerts.cluster_name
  interval            = "PT1M"
  rule_group_enabled  = true
  tags                = var.tags

  dynamic "rule" {
    for_each = local.alerts

    content {
      alert      = rule.value.alert
      expression = rule.value.expression
      for        = "PT${upper(rule.value.for)}"
      severity   = rule.value.severity
      enabled    = !contains(var.alerts.disabled, rule.key)

      annotations = {
        summary     = rule.value.summary
        description = rule.value.description
        runbook_url = "${var.alerts.runbooks_url}/${rule.key}"
      }

      labels = {
        environment = var.name
      }

      action {
        action_group_id = azurerm_monitor_action_group.this[0].id
      }

      alert_resolution {
        auto_resolved   = true
        time_to_resolve = "PT10M"
      }
    }
  }
}
