# What workloads keep, and who of them may touch it.

module "workload_identity" {
  source   = "../../modules/workload-identity"
  for_each = var.workloads

  name                = "${var.name}-${each.key}"
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  oidc_issuer_url     = module.aks.oidc_issuer_url
  service_accounts    = { (each.key) = { namespace = var.name, name = each.value.service_account } }
  tags                = local.tags
}

module "key_vault" {
  source = "../../modules/key-vault"

  name                       = "kv-${var.name}"
  location                   = local.common.location
  resource_group_name        = local.common.resource_group_name
  tenant_id                  = local.tenant_id
  purge_protection_enabled   = tobool(local.preset.purge_protection)
  soft_delete_retention_days = tonumber(local.preset.secrets_recovery_in_days)
  diagnostics                = { workspace_id = module.monitoring.workspace_id }
  tags                       = local.tags

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["vault"]
  }

  role_assignments = merge(
    { team = { role = "Key Vault Secrets Officer", principal_id = var.team.group_object_id, principal_type = "Group" } },
    { for name, workload in var.workloads : name => {
      role         = "Key Vault Secrets User"
      principal_id = module.workload_identity[name].principal_id
    } if workload.reads_secrets },
  )
}

module "storage" {
  source = "../../modules/storage"

  name                = "st${local.compact}"
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  replication         = local.storage_replication
  containers          = ["worker-results", "database-backups"]
  recovery_in_days    = tonumber(local.preset.recovery_in_days)
  tags                = local.tags

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["blob"]
  }

  # Each has a container to itself: whoever writes results may not delete backups.
  role_assignments = merge(
    { for name, workload in var.workloads : name => {
      role         = "Storage Blob Data Contributor"
      principal_id = module.workload_identity[name].principal_id
      container    = "worker-results"
    } if workload.writes_results },
    { for name, workload in var.workloads : "${name}-backups" => {
      role         = "Storage Blob Data Contributor"
      principal_id = module.workload_identity[name].principal_id
      container    = "database-backups"
    } if workload.writes_backups },
  )
}

module "postgres" {
  source = "../../modules/postgres"
  count  = var.managed_database_enabled ? 1 : 0

  name                         = "psql-${var.name}"
  location                     = local.common.location
  resource_group_name          = local.common.resource_group_name
  tenant_id                    = local.tenant_id
  sku_name                     = local.preset.database_sku
  databases                    = [replace(var.name, "-", "_")]
  backup_retention_days        = tonumber(local.preset.database_backup_days)
  geo_redundant_backup_enabled = local.preset.backup_redundancy == "GeoRedundant"
  diagnostics                  = { workspace_id = module.monitoring.workspace_id }
  tags                         = local.tags

  high_availability = !tobool(local.preset.database_standby) || length(local.zones) == 0 ? null : {
    zone         = local.zones[0]
    standby_zone = try(local.zones[1], local.zones[0])
  }

  administrators = merge(
    { team = { object_id = var.team.group_object_id, principal_name = var.team.group_name, principal_type = "Group" } },
    { for name, workload in var.workloads : name => {
      object_id      = module.workload_identity[name].principal_id
      principal_name = "id-${var.name}-${name}"
      principal_type = "ServicePrincipal"
    } if workload.administers_database },
  )

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["postgres"]
  }
}

module "backup_storage" {
  source = "../../modules/storage"
  count  = tobool(local.preset.backup) ? 1 : 0

  name                = "st${local.compact}bk"
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  replication         = local.storage_replication
  containers          = ["backups"]
  recovery_in_days    = tonumber(local.preset.recovery_in_days)
  tags                = local.tags

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["blob"]
  }
}

module "backup" {
  source = "../../modules/backup"
  count  = tobool(local.preset.backup) ? 1 : 0

  name                = var.name
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  tenant_id           = local.tenant_id
  redundancy          = local.backup_redundancy
  retention_in_days   = tonumber(local.preset.backup_kept_in_days)
  tags                = local.tags

  cluster = {
    name         = module.aks.name
    id           = module.aks.id
    principal_id = module.aks.principal_id
  }

  storage = {
    account_id   = module.backup_storage[0].id
    account_name = module.backup_storage[0].name
    container    = "backups"
  }
}
