mock_provider "azurerm" {
  mock_data "azurerm_subscription" {
    defaults = { id = "/subscriptions/00000000-0000-4000-8000-000000000001" }
  }
}

variables {
  location             = "westeurope"
  storage_account_name = "stmoorlinestate"
}

run "states_open_to_identities_only" {
  command = plan

  assert {
    condition     = !azurerm_storage_account.state.shared_access_key_enabled && !azurerm_storage_account.state.allow_nested_items_to_be_public && azurerm_storage_container.state.container_access_type == "private"
    error_message = "No key and no anonymous caller may open a state."
  }

  assert {
    condition     = azurerm_management_lock.state[0].lock_level == "CanNotDelete"
    error_message = "Nobody may delete the account by mistake."
  }

  assert {
    condition     = azurerm_storage_account.state.blob_properties[0].versioning_enabled && azurerm_storage_account.state.blob_properties[0].delete_retention_policy[0].days == 30
    error_message = "An earlier state must be recoverable."
  }
}

run "who_plans_changes_nothing" {
  command = plan

  assert {
    condition = { for name, assignment in azurerm_role_assignment.pipeline : name => assignment.role_definition_name if startswith(name, "plan-") } == {
      plan-cluster      = "Azure Kubernetes Service RBAC Reader"
      plan-state        = "Storage Blob Data Contributor"
      plan-subscription = "Reader"
    }
    error_message = "The identity that plans must only read, but for the lock of the state."
  }
}

run "who_applies_makes_no_administrator" {
  command = plan

  assert {
    condition = (
      strcontains(azurerm_role_assignment.give_roles.condition, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635") &&
      strcontains(azurerm_role_assignment.give_roles.condition, "roleAssignments/write") &&
      strcontains(azurerm_role_assignment.give_roles.condition, "roleAssignments/delete")
    )
    error_message = "The identity that applies must not be able to give, or take away, an administrator's role."
  }
}

run "first_run_has_no_connections" {
  command = plan

  assert {
    condition     = length(azurerm_federated_identity_credential.pipeline) == 0 && length(azurerm_user_assigned_identity.pipeline) == 2
    error_message = "The identities must come before the connections, which need their client ids."
  }
}

run "second_run_trusts_them" {
  command = plan

  variables {
    service_connections = {
      plan = {
        issuer  = "https://login.microsoftonline.com/00000000-0000-4000-8000-0000000000aa/v2.0"
        subject = "/eid1/c/pub/t/tenant/a/organization/sc/organization/plan"
      }
      apply = {
        issuer  = "https://login.microsoftonline.com/00000000-0000-4000-8000-0000000000aa/v2.0"
        subject = "/eid1/c/pub/t/tenant/a/organization/sc/organization/apply"
      }
    }
  }

  assert {
    condition     = azurerm_federated_identity_credential.pipeline["plan"].subject != azurerm_federated_identity_credential.pipeline["apply"].subject
    error_message = "Each identity must trust its own connection."
  }
}

run "agents_of_ones_own" {
  command = plan

  variables {
    agent_ip_ranges = ["203.0.113.7/32"]
  }

  assert {
    condition     = azurerm_storage_account.state.network_rules[0].default_action == "Deny" && azurerm_storage_account.state.network_rules[0].ip_rules == toset(["203.0.113.7"])
    error_message = "Nobody but the agents may reach the states."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    location             = "West Europe"
    storage_account_name = "st-state"
    replication          = "XRS"
    agent_ip_ranges      = ["10.0.0.0/8"]
    service_connections  = { deploy = { issuer = "http://issuer", subject = "" } }
    tags                 = { "a/b" = "c" }
  }

  expect_failures = [
    var.location,
    var.storage_account_name,
    var.replication,
    var.agent_ip_ranges,
    var.service_connections,
    var.tags,
  ]
}

run "refuses_one_connection_for_both" {
  command = plan

  variables {
    service_connections = {
      plan  = { issuer = "https://issuer", subject = "same" }
      apply = { issuer = "https://issuer", subject = "same" }
    }
  }

  expect_failures = [var.service_connections]
}
