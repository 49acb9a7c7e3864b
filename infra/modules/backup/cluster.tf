# What works inside the cluster: an extension that reads and writes Kubernetes' objects, and the vault's leave to ask it.

resource "azurerm_kubernetes_cluster_extension" "this" {
  name              = "azure-aks-backup"
  cluster_id        = var.cluster.id
  extension_type    = "Microsoft.DataProtection.Kubernetes"
  release_train     = "stable"
  release_namespace = "dataprotection-microsoft"

  configuration_settings = {
    "configuration.backupStorageLocation.bucket"                = var.storage.container
    "configuration.backupStorageLocation.config.resourceGroup"  = var.resource_group_name
    "configuration.backupStorageLocation.config.storageAccount" = var.storage.account_name
    "configuration.backupStorageLocation.config.subscriptionId" = split("/", var.cluster.id)[2]
    "configuration.backupStorageLocation.config.useAAD"         = "true"
    "credentials.tenantId"                                      = var.tenant_id
  }
}

resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "this" {
  name                  = "backup"
  kubernetes_cluster_id = var.cluster.id
  roles                 = ["Microsoft.DataProtection/backupVaults/backup-operator"]
  source_resource_id    = azurerm_data_protection_backup_vault.this.id
}
