# Three identities work together, each with the least that Azure's backup asks for.

# The extension writes Kubernetes' objects to the account.
resource "azurerm_role_assignment" "extension" {
  scope                = var.storage.account_id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = one(azurerm_kubernetes_cluster_extension.this.aks_assigned_identity[*].principal_id)
  principal_type       = "ServicePrincipal"
}

# The vault reads the cluster and what the extension wrote, and handles the snapshots.
resource "azurerm_role_assignment" "vault" {
  for_each = {
    cluster   = { scope = var.cluster.id, role = "Reader" }
    objects   = { scope = var.storage.account_id, role = "Storage Blob Data Reader" }
    group     = { scope = azurerm_resource_group.snapshots.id, role = "Reader" }
    snapshots = { scope = azurerm_resource_group.snapshots.id, role = "Disk Snapshot Contributor" }
    disks     = { scope = azurerm_resource_group.snapshots.id, role = "Data Operator for Managed Disks" }
  }

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = one(azurerm_data_protection_backup_vault.this.identity[*].principal_id)
  principal_type       = "ServicePrincipal"
}

# The cluster makes snapshots, and volumes from them.
# policy(no-administrator): Azure's backup asks for this role; the group holds snapshots and nothing else.
resource "azurerm_role_assignment" "control_plane" {
  scope                = azurerm_resource_group.snapshots.id
  role_definition_name = "Contributor"
  principal_id         = var.cluster.principal_id
  principal_type       = "ServicePrincipal"
}
