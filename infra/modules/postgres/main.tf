# PostgreSQL that Azure keeps: reached from inside the network only, opened by Entra identities only (there is no
# password, here or in the state), with a standby in another zone and a way back to any minute of the last days.

resource "azurerm_postgresql_flexible_server" "this" {
  name                          = var.name
  location                      = var.location
  resource_group_name           = var.resource_group_name
  version                       = var.postgres_version
  sku_name                      = var.sku_name
  storage_mb                    = var.storage_gb * 1024
  auto_grow_enabled             = true
  zone                          = var.high_availability == null ? var.zone : var.high_availability.zone
  backup_retention_days         = var.backup_retention_days
  geo_redundant_backup_enabled  = var.geo_redundant_backup_enabled
  public_network_access_enabled = false

  create_mode                       = var.restore == null ? null : "PointInTimeRestore"
  source_server_id                  = var.restore == null ? null : var.restore.source_server_id
  point_in_time_restore_time_in_utc = var.restore == null ? null : var.restore.time

  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = false
    tenant_id                     = var.tenant_id
  }

  dynamic "high_availability" {
    for_each = var.high_availability == null ? [] : [var.high_availability]

    content {
      mode                      = high_availability.value.standby_zone == high_availability.value.zone ? "SameZone" : "ZoneRedundant"
      standby_availability_zone = high_availability.value.standby_zone
    }
  }

  maintenance_window {
    day_of_week  = index(local.days, var.maintenance.day_of_week)
    start_hour   = var.maintenance.start_hour
    start_minute = 0
  }

  tags = var.tags

  lifecycle {
    ignore_changes = [
      # A failover swaps the two zones; that is not a change to undo.
      zone,
      high_availability[0].standby_availability_zone,
      # Storage grows by itself, and less of it than there is would replace the server with its data.
      storage_mb,
      # What a server was made from says nothing of it later, and a change of it would replace the server.
      create_mode,
      source_server_id,
      point_in_time_restore_time_in_utc,
    ]
  }
}

locals {
  days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}

resource "azurerm_private_endpoint" "this" {
  name                          = "pep-${var.name}"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  subnet_id                     = var.private_endpoint.subnet_id
  custom_network_interface_name = "nic-pep-${var.name}"
  tags                          = var.tags

  private_service_connection {
    name                           = "postgresqlServer"
    private_connection_resource_id = azurerm_postgresql_flexible_server.this.id
    subresource_names              = ["postgresqlServer"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [var.private_endpoint.private_dns_zone_id]
  }
}

resource "azurerm_postgresql_flexible_server_active_directory_administrator" "this" {
  for_each = var.administrators

  server_name         = azurerm_postgresql_flexible_server.this.name
  resource_group_name = var.resource_group_name
  tenant_id           = var.tenant_id
  object_id           = each.value.object_id
  principal_name      = each.value.principal_name
  principal_type      = each.value.principal_type
}

resource "azurerm_postgresql_flexible_server_database" "this" {
  for_each = var.databases

  name      = each.key
  server_id = azurerm_postgresql_flexible_server.this.id
  charset   = "UTF8"
  collation = "en_US.utf8"
}

resource "azurerm_postgresql_flexible_server_configuration" "this" {
  for_each = local.configuration

  name      = each.key
  server_id = azurerm_postgresql_flexible_server.this.id
  value     = each.value

  # Azure does one thing at a time to a server.
  depends_on = [
    azurerm_postgresql_flexible_server_active_directory_administrator.this,
    azurerm_postgresql_flexible_server_database.this,
  ]
}

locals {
  # What a look into a failure needs afterwards; none of it costs much.
  configuration = merge(
    {
      "log_checkpoints"          = "on"
      "log_connections"          = "on"
      "log_disconnections"       = "on"
      "logfiles.retention_days"  = "7"
      "require_secure_transport" = "on"
    },
    length(var.extensions) == 0 ? {} : { "azure.extensions" = join(",", sort(var.extensions)) },
  )
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.diagnostics == null ? 0 : 1

  name                       = "logs"
  target_resource_id         = azurerm_postgresql_flexible_server.this.id
  log_analytics_workspace_id = var.diagnostics.workspace_id

  enabled_log {
    category = "PostgreSQLLogs"
  }
}
