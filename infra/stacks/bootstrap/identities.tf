# Azure DevOps vouches for a run of a service connection. Issuer and subject are read from the connection, never made up:
# apply once for the identities, make the connections with their client ids, then give what they show and apply again.

locals {
  roles = {
    plan = {
      subscription = { scope = data.azurerm_subscription.current.id, role = "Reader" }
      cluster      = { scope = data.azurerm_subscription.current.id, role = "Azure Kubernetes Service RBAC Reader" }
      # Planning takes the lock, which is a write.
      state = { scope = azurerm_storage_container.state.id, role = "Storage Blob Data Contributor" }
    }
    apply = {
      subscription = { scope = data.azurerm_subscription.current.id, role = "Contributor" }
      cluster      = { scope = data.azurerm_subscription.current.id, role = "Azure Kubernetes Service RBAC Cluster Admin" }
      blobs        = { scope = data.azurerm_subscription.current.id, role = "Storage Blob Data Contributor" }
      state        = { scope = azurerm_storage_container.state.id, role = "Storage Blob Data Contributor" }
    }
  }

  assignments = merge([
    for identity, roles in local.roles : { for name, role in roles : "${identity}-${name}" => merge(role, { identity = identity }) }
  ]...)

  # Owner, User Access Administrator, Role Based Access Control Administrator: the same ids in every tenant.
  administrators = "{8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168}"
}

resource "azurerm_user_assigned_identity" "pipeline" {
  for_each = local.roles

  name                = "id-moorline-${each.key}"
  location            = local.location
  resource_group_name = local.group
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "pipeline" {
  for_each = var.service_connections

  name                      = "azure-devops"
  user_assigned_identity_id = azurerm_user_assigned_identity.pipeline[each.key].id
  issuer                    = each.value.issuer
  subject                   = each.value.subject
  audience                  = ["api://AzureADTokenExchange"]
}

# policy(no-administrator): What makes environments must be able to make everything in the subscription that is theirs.
resource "azurerm_role_assignment" "pipeline" {
  for_each = local.assignments

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = azurerm_user_assigned_identity.pipeline[each.value.identity].principal_id
  principal_type       = "ServicePrincipal"
}

# Modules give roles to identities. This lets the pipeline do so, but neither make nor unmake an administrator.
# policy(no-administrator): The condition keeps it from roles that could give more.
resource "azurerm_role_assignment" "give_roles" {
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Role Based Access Control Administrator"
  principal_id         = azurerm_user_assigned_identity.pipeline["apply"].principal_id
  principal_type       = "ServicePrincipal"
  description          = "Gives roles to identities of environments, other than administrators' roles."
  condition_version    = "2.0"

  condition = join(" AND ", [
    for action, attribute in {
      write  = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
      delete = "@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
    } :
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR (${attribute} ForAnyOfAllValues:GuidNotEquals ${local.administrators}))"
  ])
}
