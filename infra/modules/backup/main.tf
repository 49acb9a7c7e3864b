# Backup of a cluster: what it was told to run and the volumes that belong to it, taken every day, kept where neither a
# deleted cluster nor a deleted backup is lost at once.

resource "azurerm_data_protection_backup_vault" "this" {
  name                         = "bvault-${var.name}"
  location                     = var.location
  resource_group_name          = var.resource_group_name
  datastore_type               = "VaultStore"
  redundancy                   = var.redundancy
  cross_region_restore_enabled = var.redundancy == "GeoRedundant" ? true : null
  soft_delete                  = "On"
  retention_duration_in_days   = var.soft_delete_retention_days
  immutability                 = "Disabled"
  tags                         = var.tags

  identity {
    type = "SystemAssigned"
  }
}

# Snapshots of volumes have a group to themselves: the cluster may do there what it must, and nowhere else.
resource "azurerm_resource_group" "snapshots" {
  name     = "rg-${var.name}-snapshots"
  location = var.location
  tags     = var.tags
}

resource "azurerm_data_protection_backup_policy_kubernetes_cluster" "this" {
  name                            = "daily"
  resource_group_name             = var.resource_group_name
  vault_name                      = azurerm_data_protection_backup_vault.this.name
  backup_repeating_time_intervals = ["R/2026-01-01T${var.schedule.start_time}:00+00:00/PT${var.schedule.every_hours}H"]
  time_zone                       = "UTC"

  default_retention_rule {
    life_cycle {
      duration        = "P${var.retention_in_days}D"
      data_store_type = "OperationalStore"
    }
  }
}

resource "azurerm_data_protection_backup_instance_kubernetes_cluster" "this" {
  name                         = var.cluster.name
  location                     = var.location
  vault_id                     = azurerm_data_protection_backup_vault.this.id
  kubernetes_cluster_id        = var.cluster.id
  snapshot_resource_group_name = azurerm_resource_group.snapshots.name
  backup_policy_id             = azurerm_data_protection_backup_policy_kubernetes_cluster.this.id

  # Both are off where nothing is said, and a backup would be one without volumes.
  backup_datasource_parameters {
    volume_snapshot_enabled          = true
    cluster_scoped_resources_enabled = true
    excluded_namespaces              = sort(var.excluded_namespaces)
  }

  depends_on = [
    azurerm_kubernetes_cluster_extension.this,
    azurerm_kubernetes_cluster_trusted_access_role_binding.this,
    azurerm_role_assignment.extension,
    azurerm_role_assignment.vault,
    azurerm_role_assignment.control_plane,
  ]
}
