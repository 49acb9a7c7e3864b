mock_provider "azurerm" {}

variables {
  name                = "kv-orders-prod"
  location            = "westeurope"
  resource_group_name = "rg-orders-prod"
  tenant_id           = "00000000-0000-4000-8000-0000000000aa"
  private_endpoint = {
    subnet_id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-private-endpoints"
    private_dns_zone_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
  }
}

run "closed_and_recoverable_as_it_comes" {
  command = plan

  assert {
    condition     = azurerm_key_vault.this.rbac_authorization_enabled && azurerm_key_vault.this.purge_protection_enabled && azurerm_key_vault.this.soft_delete_retention_days == 90
    error_message = "Roles must open the vault, and what is deleted must be recoverable for 90 days."
  }

  assert {
    condition     = !azurerm_key_vault.this.public_network_access_enabled && azurerm_key_vault.this.network_acls[0].default_action == "Deny"
    error_message = "The internet must not reach the vault."
  }

  assert {
    condition     = azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names == tolist(["vault"]) && length(azurerm_private_endpoint.this[0].private_dns_zone_group) == 1
    error_message = "The vault must be reached by a private endpoint with a private name."
  }

  assert {
    condition     = length(azurerm_role_assignment.this) == 0 && length(azurerm_monitor_diagnostic_setting.this) == 0
    error_message = "Nobody may read it, and nothing is logged, unless it is asked for."
  }
}

run "read_by_an_identity_and_watched" {
  command = plan

  variables {
    role_assignments = { api = { role = "Key Vault Secrets User", principal_id = "00000000-0000-4000-8000-000000000010" } }
    diagnostics      = { workspace_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.OperationalInsights/workspaces/log-orders-prod" }
  }

  assert {
    condition     = azurerm_role_assignment.this["api"].role_definition_name == "Key Vault Secrets User" && azurerm_role_assignment.this["api"].principal_type == "ServicePrincipal"
    error_message = "The identity must be able to read secrets, and nothing more."
  }

  assert {
    condition     = one(azurerm_monitor_diagnostic_setting.this[0].enabled_log).category_group == "audit"
    error_message = "What is read must be logged."
  }
}

run "opened_to_named_ranges_only" {
  command = plan

  variables {
    private_endpoint  = null
    allowed_ip_ranges = ["203.0.113.0/24"]
  }

  assert {
    condition     = azurerm_key_vault.this.public_network_access_enabled && azurerm_key_vault.this.network_acls[0].default_action == "Deny" && azurerm_key_vault.this.network_acls[0].ip_rules == toset(["203.0.113.0/24"])
    error_message = "All but the named ranges must stay out."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                       = "kv--orders"
    location                   = "West Europe"
    resource_group_name        = "rg."
    tenant_id                  = "contoso.com"
    sku                        = "Standard"
    soft_delete_retention_days = 100
    allowed_ip_ranges          = ["0.0.0.0/0"]
    role_assignments           = { api = { role = "Owner", principal_id = "api", principal_type = "Robot" } }
    diagnostics                = { workspace_id = "log-orders" }
    tags                       = { "a/b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.tenant_id,
    var.sku,
    var.soft_delete_retention_days,
    var.allowed_ip_ranges,
    var.role_assignments,
    var.diagnostics,
    var.tags,
  ]
}

run "refuses_private_ranges_as_public" {
  command = plan

  variables {
    allowed_ip_ranges = ["10.0.0.0/8"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "refuses_an_endpoint_that_is_not_in_a_subnet" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "snet", private_dns_zone_id = "zone" }
  }

  expect_failures = [var.private_endpoint]
}

run "refuses_a_vault_that_nobody_can_reach" {
  command = plan

  variables {
    private_endpoint = null
  }

  expect_failures = [var.private_endpoint]
}

run "refuses_the_zone_of_another_service" {
  command = plan

  variables {
    private_endpoint = {
      subnet_id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-private-endpoints"
      private_dns_zone_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
    }
  }

  expect_failures = [var.private_endpoint]
}
