output "vault_id" {
  description = "Id of the backup vault."
  value       = azurerm_data_protection_backup_vault.this.id
}

output "instance_id" {
  description = "Id of the cluster's backup, by which it is restored."
  value       = azurerm_data_protection_backup_instance_kubernetes_cluster.this.id
}

output "snapshot_resource_group_name" {
  description = "Resource group of the volumes' snapshots."
  value       = azurerm_resource_group.snapshots.name
}
