mock_provider "azurerm" {}

variables {
  name                = "acrordersdev"
  location            = "westeurope"
  resource_group_name = "rg-orders-dev"
}

run "no_passwords" {
  command = plan

  assert {
    condition     = !azurerm_container_registry.this.admin_enabled && !azurerm_container_registry.this.anonymous_pull_enabled
    error_message = "There must be neither an admin user nor anonymous pull."
  }
}

run "nodes_pull_by_identity" {
  command = plan

  variables {
    pull_principal_ids = { nodes = "00000000-0000-4000-8000-000000000010" }
  }

  assert {
    condition     = azurerm_role_assignment.pull["nodes"].role_definition_name == "AcrPull" && azurerm_role_assignment.pull["nodes"].principal_type == "ServicePrincipal"
    error_message = "Nodes must be able to pull and nothing more."
  }
}

run "premium" {
  command = plan

  variables {
    sku                           = "Premium"
    zone_redundancy_enabled       = true
    public_network_access_enabled = false
    untagged_retention_in_days    = 30
  }

  assert {
    condition     = azurerm_container_registry.this.zone_redundancy_enabled && azurerm_container_registry.this.retention_policy_in_days == 30
    error_message = "Premium must have what was asked for."
  }
}

run "refuses_dashes" {
  command = plan

  variables {
    name = "acr-orders-dev"
  }

  expect_failures = [var.name]
}

run "refuses_unknown_sku" {
  command = plan

  variables {
    sku = "Free"
  }

  expect_failures = [var.sku]
}

run "refuses_zones_below_premium" {
  command = plan

  variables {
    zone_redundancy_enabled = true
  }

  expect_failures = [var.zone_redundancy_enabled]
}

run "refuses_private_below_premium" {
  command = plan

  variables {
    public_network_access_enabled = false
  }

  expect_failures = [var.public_network_access_enabled]
}

run "refuses_retention_below_premium" {
  command = plan

  variables {
    untagged_retention_in_days = 30
  }

  expect_failures = [var.untagged_retention_in_days]
}

run "refuses_bad_values" {
  command = plan

  variables {
    location                   = "West Europe"
    resource_group_name        = "rg."
    untagged_retention_in_days = 400
    pull_principal_ids         = { nodes = "aks-orders" }
    tags                       = { "a%b" = "c" }
  }

  expect_failures = [
    var.location,
    var.resource_group_name,
    var.untagged_retention_in_days,
    var.pull_principal_ids,
    var.tags,
  ]
}
