# Somebody is told before the month's money is gone: when most of it is spent, and when what is spent so far says that it
# will be. A budget stops nothing.

resource "azurerm_consumption_budget_resource_group" "this" {
  count = var.budget == null ? 0 : 1

  name              = "monthly"
  resource_group_id = azurerm_resource_group.this.id
  amount            = var.budget.amount
  time_grain        = "Monthly"

  # Azure wants the first day of the month in which the budget is made.
  time_period {
    start_date = formatdate("YYYY-MM-01'T'00:00:00Z", timestamp())
  }

  dynamic "notification" {
    for_each = { Actual = 80, Forecasted = 100 }

    content {
      threshold_type = notification.key
      threshold      = notification.value
      operator       = "GreaterThan"
      contact_emails = var.budget.emails
    }
  }

  lifecycle {
    ignore_changes = [time_period]
  }
}
