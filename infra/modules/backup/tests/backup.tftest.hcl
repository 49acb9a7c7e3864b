mock_provider "azurerm" {}

variables {
  name                = "orders-prod"
  location            = "westeurope"
  resource_group_name = "rg-orders-prod"
  tenant_id           = "00000000-0000-4000-8000-0000000000aa"
  cluster = {
    name         = "aks-orders-prod"
    id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.ContainerService/managedClusters/aks-orders-prod"
    principal_id = "00000000-0000-4000-8000-000000000010"
  }
  storage = {
    account_id   = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Storage/storageAccounts/stordersprodbackup"
    account_name = "stordersprodbackup"
    container    = "backups"
  }
}

run "volumes_are_in_the_backup" {
  command = plan

  assert {
    condition = (
      azurerm_data_protection_backup_instance_kubernetes_cluster.this.backup_datasource_parameters[0].volume_snapshot_enabled &&
      azurerm_data_protection_backup_instance_kubernetes_cluster.this.backup_datasource_parameters[0].cluster_scoped_resources_enabled
    )
    error_message = "A backup without volumes is none; the provider leaves them out unless it is told."
  }

  assert {
    condition     = azurerm_data_protection_backup_policy_kubernetes_cluster.this.backup_repeating_time_intervals == tolist(["R/2026-01-01T02:00:00+00:00/PT24H"]) && azurerm_data_protection_backup_policy_kubernetes_cluster.this.default_retention_rule[0].life_cycle[0].duration == "P14D"
    error_message = "A backup must be taken every day and kept for two weeks."
  }
}

run "nothing_is_lost_at_once" {
  command = plan

  assert {
    condition     = azurerm_data_protection_backup_vault.this.soft_delete == "On" && azurerm_data_protection_backup_vault.this.retention_duration_in_days == 14
    error_message = "A deleted backup must be recoverable."
  }

  assert {
    condition     = azurerm_data_protection_backup_vault.this.redundancy == "ZoneRedundant" && azurerm_data_protection_backup_vault.this.cross_region_restore_enabled == null
    error_message = "Copies must be in several zones; restoring elsewhere is for GeoRedundant only."
  }
}

run "each_identity_has_what_it_needs" {
  command = plan

  assert {
    condition = { for key, assignment in azurerm_role_assignment.vault : key => assignment.role_definition_name } == {
      cluster   = "Reader"
      disks     = "Data Operator for Managed Disks"
      group     = "Reader"
      objects   = "Storage Blob Data Reader"
      snapshots = "Disk Snapshot Contributor"
    }
    error_message = "The vault must have the roles that Azure's backup asks for."
  }

  assert {
    condition     = azurerm_kubernetes_cluster_trusted_access_role_binding.this.roles == tolist(["Microsoft.DataProtection/backupVaults/backup-operator"])
    error_message = "The vault must be let into the cluster as backup operator only."
  }

  assert {
    condition     = azurerm_kubernetes_cluster_extension.this.configuration_settings["configuration.backupStorageLocation.config.useAAD"] == "true"
    error_message = "The extension must sign in to the account, which takes no keys."
  }
}

run "in_another_region_too" {
  command = plan

  variables {
    redundancy = "GeoRedundant"
    schedule   = { start_time = "04:30", every_hours = 4 }
  }

  assert {
    condition     = azurerm_data_protection_backup_vault.this.cross_region_restore_enabled
    error_message = "What is kept in another region must be restorable there."
  }

  assert {
    condition     = azurerm_data_protection_backup_policy_kubernetes_cluster.this.backup_repeating_time_intervals == tolist(["R/2026-01-01T04:30:00+00:00/PT4H"])
    error_message = "Backups must be taken when it was asked for."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                       = "Orders"
    location                   = "West Europe"
    resource_group_name        = "rg."
    tenant_id                  = "contoso.com"
    cluster                    = { name = "", id = "aks", principal_id = "aks" }
    storage                    = { account_id = "st", account_name = "https://st", container = "b" }
    redundancy                 = "Geo"
    schedule                   = { start_time = "2am", every_hours = 5 }
    retention_in_days          = 400
    soft_delete_retention_days = 7
    excluded_namespaces        = ["kube-*"]
    tags                       = { "a/b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.tenant_id,
    var.cluster,
    var.storage,
    var.redundancy,
    var.schedule,
    var.retention_in_days,
    var.soft_delete_retention_days,
    var.excluded_namespaces,
    var.tags,
  ]
}
