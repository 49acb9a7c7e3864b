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

run "pipelines_push_by_identity" {
  command = plan

  variables {
    push_principal_ids = { builds = "00000000-0000-4000-8000-000000000011" }
  }

  assert {
    condition     = azurerm_role_assignment.push["builds"].role_definition_name == "AcrPush" && length(azurerm_role_assignment.pull) == 0
    error_message = "Builds must be able to push and nothing more."
  }
}

run "premium" {
  command = plan

  variables {
    sku                        = "Premium"
    zone_redundancy_enabled    = true
    untagged_retention_in_days = 30
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
    push_principal_ids         = { builds = "build" }
    tokens                     = { push = { access = "write", repositories = ["Orders:1"] } }
    tags                       = { "a%b" = "c" }
  }

  expect_failures = [
    var.location,
    var.resource_group_name,
    var.untagged_retention_in_days,
    var.pull_principal_ids,
    var.push_principal_ids,
    var.tokens,
    var.tags,
  ]
}

run "pulled_from_inside" {
  command = plan

  variables {
    sku                           = "Premium"
    public_network_access_enabled = false
    private_endpoint = {
      subnet_id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-private-endpoints"
      private_dns_zone_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
    }
  }

  assert {
    condition     = !azurerm_container_registry.this.public_network_access_enabled && azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names == tolist(["registry"])
    error_message = "Nodes must pull by the private endpoint, and nobody from outside."
  }
}

run "copies_in_other_regions" {
  command = plan

  variables {
    sku                     = "Premium"
    zone_redundancy_enabled = true
    replica_locations       = ["swedencentral", "northeurope"]
  }

  assert {
    condition     = azurerm_container_registry.this.georeplications[*].location == tolist(["northeurope", "swedencentral"]) && alltrue(azurerm_container_registry.this.georeplications[*].zone_redundancy_enabled)
    error_message = "Copies must be in the regions that were asked for, in alphabetical order, and in several zones as at home."
  }
}

run "tokens_for_one_thing_only" {
  command = plan

  variables {
    tokens = {
      ci-push   = { access = "push", repositories = ["orders/web", "orders/api"] }
      site-pull = { access = "pull", repositories = ["orders/api"] }
    }
  }

  assert {
    condition     = azurerm_container_registry_scope_map.this["site-pull"].actions == tolist(["repositories/orders/api/content/read", "repositories/orders/api/metadata/read"])
    error_message = "A token for pulling must read and nothing more."
  }

  assert {
    condition     = length(azurerm_container_registry_scope_map.this["ci-push"].actions) == 8 && !anytrue([for action in azurerm_container_registry_scope_map.this["ci-push"].actions : endswith(action, "delete")])
    error_message = "A token for pushing must not delete."
  }

  assert {
    condition     = length(azurerm_container_registry_token.this) == 2
    error_message = "Each must be a token."
  }
}

run "refuses_copies_at_home" {
  command = plan

  variables {
    sku               = "Premium"
    replica_locations = ["westeurope"]
  }

  expect_failures = [var.replica_locations]
}

run "refuses_copies_below_premium" {
  command = plan

  variables {
    replica_locations = ["northeurope"]
  }

  expect_failures = [var.replica_locations]
}

run "refuses_a_registry_that_nobody_can_reach" {
  command = plan

  variables {
    sku                           = "Premium"
    public_network_access_enabled = false
  }

  expect_failures = [var.private_endpoint]
}

run "refuses_an_endpoint_that_is_not_in_a_subnet" {
  command = plan

  variables {
    sku              = "Premium"
    private_endpoint = { subnet_id = "snet", private_dns_zone_id = "zone" }
  }

  expect_failures = [var.private_endpoint]
}
