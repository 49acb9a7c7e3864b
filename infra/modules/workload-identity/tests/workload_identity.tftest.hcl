mock_provider "azurerm" {}

variables {
  name                = "orders-dev-api"
  location            = "westeurope"
  resource_group_name = "rg-orders-dev"
  oidc_issuer_url     = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"
  service_accounts    = { api = { namespace = "orders-dev", name = "api" } }
}

run "trusts_one_service_account_of_one_cluster" {
  command = plan

  assert {
    condition = (
      azurerm_federated_identity_credential.this["api"].subject == "system:serviceaccount:orders-dev:api" &&
      azurerm_federated_identity_credential.this["api"].issuer == var.oidc_issuer_url &&
      azurerm_federated_identity_credential.this["api"].audience == tolist(["api://AzureADTokenExchange"])
    )
    error_message = "The credential must name exactly the cluster, the namespace and the service account."
  }

  assert {
    condition     = length(azurerm_role_assignment.this) == 0
    error_message = "An identity must not be able to do anything that was not asked for."
  }
}

run "has_the_roles_that_are_asked_for" {
  command = plan

  variables {
    role_assignments = {
      results = { scope = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev", role = "Storage Blob Data Contributor" }
    }
  }

  assert {
    condition     = azurerm_role_assignment.this["results"].role_definition_name == "Storage Blob Data Contributor" && azurerm_role_assignment.this["results"].principal_type == "ServicePrincipal"
    error_message = "The identity must have the role, as a service principal."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                = "API"
    location            = "West Europe"
    resource_group_name = "/subscriptions/x/resourceGroups/rg"
    oidc_issuer_url     = "http://issuer"
    service_accounts    = { api = { namespace = "*", name = "api" } }
    role_assignments    = { all = { scope = "everything", role = "Reader" } }
    tags                = { "a<b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.oidc_issuer_url,
    var.service_accounts,
    var.role_assignments,
    var.tags,
  ]
}

run "refuses_an_identity_that_nobody_has" {
  command = plan

  variables {
    service_accounts = {}
  }

  expect_failures = [var.service_accounts]
}

run "refuses_credential_name_that_azure_refuses" {
  command = plan

  variables {
    service_accounts = { a = { namespace = "orders-dev", name = "api" } }
  }

  expect_failures = [var.service_accounts]
}

run "refuses_to_make_a_workload_an_administrator" {
  command = plan

  variables {
    role_assignments = { all = { scope = "/subscriptions/00000000-0000-4000-8000-000000000001", role = "Owner" } }
  }

  expect_failures = [var.role_assignments]
}
