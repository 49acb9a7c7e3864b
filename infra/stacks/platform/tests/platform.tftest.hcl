mock_provider "azurerm" {
  mock_data "azurerm_location" {
    defaults = { zone_mappings = [{ logical_zone = "1", physical_zone = "westeurope-az1" }] }
  }
}

variables {
  location      = "westeurope"
  registry_name = "acrmoorlineexample"
}

run "shares_what_environments_take" {
  command = plan

  variables {
    domain = "env.example.com"
  }

  assert {
    condition     = output.shared.dns_zone == { name = "env.example.com", resource_group_name = "rg-moorline-platform" }
    error_message = "Environments must be told where to write their records."
  }

  assert {
    condition     = toset(keys(output.shared)) == toset(["dns_zone", "registry", "workspace"])
    error_message = "The output must be what the environment stack takes."
  }
}

run "leaves_out_what_is_not_asked_for" {
  command = plan

  assert {
    condition     = length(azurerm_dns_zone.this) == 0 && output.shared.dns_zone == null && length(output.name_servers) == 0
    error_message = "There must be no zone without a domain."
  }
}

run "tags_cannot_be_taken" {
  command = plan

  variables {
    tags = { "moorline-stack" = "mine", "cost-centre" = "42" }
  }

  assert {
    condition     = local.tags == { "cost-centre" = "42", "moorline-stack" = "platform" }
    error_message = "The stack's own tag must stay what it is."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                       = "Moorline"
    registry_name              = "acr-moorline"
    registry_replica_locations = ["westeurope"]
    registry_tokens            = ["ci-push"]
    domain                     = "Example.com."
    log_retention_in_days      = 7
    daily_log_quota_gb         = 0
    monthly_budget             = -1
    tags                       = { "a/b" = "c" }
  }

  expect_failures = [
    var.name,
    var.registry_name,
    var.registry_replica_locations,
    var.registry_tokens,
    var.domain,
    var.log_retention_in_days,
    var.daily_log_quota_gb,
    var.monthly_budget,
    var.tags,
  ]
}

run "refuses_display_name_of_region" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "refuses_a_budget_that_nobody_hears_of" {
  command = plan

  variables {
    monthly_budget = 300
  }

  expect_failures = [var.email]
}

run "refuses_half_an_address" {
  command = plan

  variables {
    monthly_budget = 300
    email          = "platform"
  }

  expect_failures = [var.email]
}
