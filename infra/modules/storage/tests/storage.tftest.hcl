mock_provider "azurerm" {}

variables {
  name                = "stordersprod"
  location            = "westeurope"
  resource_group_name = "rg-orders-prod"
  containers          = ["worker-results"]
  private_endpoint = {
    subnet_id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-private-endpoints"
    private_dns_zone_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
  }
}

run "no_keys_and_nothing_public" {
  command = plan

  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && azurerm_storage_account.this.default_to_oauth_authentication && !azurerm_storage_account.this.local_user_enabled
    error_message = "Identities alone must open the account."
  }

  assert {
    condition     = !azurerm_storage_account.this.allow_nested_items_to_be_public && azurerm_storage_container.this["worker-results"].container_access_type == "private"
    error_message = "No container may be public."
  }

  assert {
    condition     = !azurerm_storage_account.this.public_network_access_enabled && azurerm_storage_account.this.network_rules[0].default_action == "Deny"
    error_message = "The internet must not reach the account."
  }

  assert {
    condition     = azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names == tolist(["blob"])
    error_message = "Blobs must be reached by a private endpoint."
  }
}

run "mistakes_can_be_undone" {
  command = plan

  variables {
    recovery_in_days = 30
  }

  assert {
    condition = (
      azurerm_storage_account.this.blob_properties[0].versioning_enabled &&
      azurerm_storage_account.this.blob_properties[0].delete_retention_policy[0].days == 30 &&
      azurerm_storage_account.this.blob_properties[0].container_delete_retention_policy[0].days == 30
    )
    error_message = "Blobs, versions and containers must be recoverable for as long as was asked for."
  }

  assert {
    condition     = one(azurerm_storage_management_policy.this.rule).actions[0].version[0].delete_after_days_since_creation == 30
    error_message = "Earlier versions must go when their time is over, and nothing else."
  }
}

run "results_expire" {
  command = plan

  variables {
    expire_after_days = 30
  }

  assert {
    condition     = azurerm_storage_management_policy.this.rule[1].actions[0].base_blob[0].delete_after_days_since_modification_greater_than == 30
    error_message = "Blobs must go after the days that were asked for."
  }
}

run "one_address_without_its_suffix" {
  command = plan

  variables {
    allowed_ip_ranges = ["203.0.113.7/32"]
  }

  assert {
    condition     = azurerm_storage_account.this.network_rules[0].ip_rules == toset(["203.0.113.7"])
    error_message = "Azure refuses a /32, and only when the account is made."
  }
}

run "written_by_an_identity_and_watched" {
  command = plan

  variables {
    role_assignments = { worker = { role = "Storage Blob Data Contributor", principal_id = "00000000-0000-4000-8000-000000000010" } }
    diagnostics      = { workspace_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.OperationalInsights/workspaces/log-orders-prod" }
  }

  assert {
    condition     = azurerm_role_assignment.this["worker"].role_definition_name == "Storage Blob Data Contributor" && length(azurerm_monitor_diagnostic_setting.this) == 1
    error_message = "The worker must be able to write, and what is done must be logged."
  }
}

run "written_by_an_identity_in_its_own_container" {
  command = plan

  variables {
    containers       = ["results", "backups"]
    role_assignments = { database = { role = "Storage Blob Data Contributor", principal_id = "00000000-0000-4000-8000-000000000010", container = "backups" } }
  }

  override_resource {
    target          = azurerm_storage_container.this
    override_during = plan
    values          = { id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Storage/storageAccounts/stordersprod/blobServices/default/containers/backups" }
  }

  assert {
    condition     = endswith(azurerm_role_assignment.this["database"].scope, "/containers/backups")
    error_message = "What writes backups must not reach the results."
  }
}

run "refuses_a_role_on_a_container_that_is_not_there" {
  command = plan

  variables {
    role_assignments = { database = { role = "Storage Blob Data Contributor", principal_id = "00000000-0000-4000-8000-000000000010", container = "elsewhere" } }
  }

  expect_failures = [var.role_assignments]
}

run "refuses_bad_roles" {
  command = plan

  variables {
    role_assignments = { api = { role = "Owner", principal_id = "api", principal_type = "Robot" } }
  }

  expect_failures = [var.role_assignments]
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                = "st-orders"
    location            = "West Europe"
    resource_group_name = "rg."
    replication         = "XRS"
    containers          = ["Results"]
    recovery_in_days    = 0
    expire_after_days   = 0
    allowed_ip_ranges   = ["here"]
    diagnostics         = { workspace_id = "log-orders" }
    tags                = { "a/b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.replication,
    var.containers,
    var.recovery_in_days,
    var.expire_after_days,
    var.allowed_ip_ranges,
    var.diagnostics,
    var.tags,
  ]
}

run "refuses_an_endpoint_that_is_not_in_a_subnet" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "snet", private_dns_zone_id = "zone" }
  }

  expect_failures = [var.private_endpoint]
}

run "refuses_an_account_that_nobody_can_reach" {
  command = plan

  variables {
    private_endpoint = null
  }

  expect_failures = [var.private_endpoint]
}
