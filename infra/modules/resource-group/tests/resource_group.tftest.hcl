mock_provider "azurerm" {}

variables {
  name     = "rg-orders-dev"
  location = "westeurope"
  tags     = { "moorline-environment" = "orders-dev" }
}

run "group_without_lock" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this.name == "rg-orders-dev" && azurerm_resource_group.this.location == "westeurope"
    error_message = "The group must have the name and region that were asked for."
  }

  assert {
    condition     = azurerm_resource_group.this.tags["moorline-environment"] == "orders-dev"
    error_message = "The group must carry the tags."
  }

  assert {
    condition     = length(azurerm_management_lock.this) == 0
    error_message = "There must be no lock unless it is asked for."
  }
}

run "group_with_lock" {
  command = plan

  variables {
    delete_lock_enabled = true
  }

  assert {
    condition     = azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "The lock must refuse deletion and still allow changes."
  }
}

run "group_with_budget" {
  command = plan

  variables {
    budget = { amount = 500, emails = ["team-orders@example.com"] }
  }

  assert {
    condition     = azurerm_consumption_budget_resource_group.this[0].amount == 500 && toset([for told in azurerm_consumption_budget_resource_group.this[0].notification : "${told.threshold_type} ${told.threshold}"]) == toset(["Actual 80", "Forecasted 100"])
    error_message = "The team must be told when 80 % is spent, and when more than all of it will be."
  }
}

run "refuses_a_budget_of_nothing" {
  command = plan

  variables {
    budget = { amount = 0, emails = ["team-orders@example.com"] }
  }

  expect_failures = [var.budget]
}

run "refuses_a_budget_that_nobody_hears_of" {
  command = plan

  variables {
    budget = { amount = 500, emails = ["team-orders"] }
  }

  expect_failures = [var.budget]
}

run "refuses_name_that_ends_with_a_dot" {
  command = plan

  variables {
    name = "rg-orders."
  }

  expect_failures = [var.name]
}

run "refuses_display_name_of_region" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "refuses_more_than_azure_takes_as_a_tag" {
  command = plan

  variables {
    tags = { "moorline?" = "orders-dev" }
  }

  expect_failures = [var.tags]
}
