mock_provider "azurerm" {}

variables {
  name                = "psql-orders-prod"
  location            = "westeurope"
  resource_group_name = "rg-orders-prod"
  tenant_id           = "00000000-0000-4000-8000-0000000000aa"
  databases           = ["orders"]
  administrators = {
    team = { object_id = "00000000-0000-4000-8000-000000000010", principal_name = "team-orders", principal_type = "Group" }
  }
  private_endpoint = {
    subnet_id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-private-endpoints"
    private_dns_zone_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/privateDnsZones/privatelink.postgres.database.azure.com"
  }
}

run "private_and_without_passwords" {
  command = plan

  assert {
    condition     = !azurerm_postgresql_flexible_server.this.public_network_access_enabled && azurerm_private_endpoint.this.private_service_connection[0].subresource_names == tolist(["postgresqlServer"])
    error_message = "The server must be reached by its private endpoint only."
  }

  assert {
    condition = (
      azurerm_postgresql_flexible_server.this.authentication[0].active_directory_auth_enabled &&
      !azurerm_postgresql_flexible_server.this.authentication[0].password_auth_enabled &&
      azurerm_postgresql_flexible_server.this.authentication[0].tenant_id == var.tenant_id
    )
    error_message = "People and workloads must sign in with Entra, and no password may be taken."
  }

  assert {
    condition     = azurerm_postgresql_flexible_server_active_directory_administrator.this["team"].principal_name == "team-orders"
    error_message = "The administrators must be those that were given."
  }

  assert {
    condition     = azurerm_postgresql_flexible_server_configuration.this["require_secure_transport"].value == "on"
    error_message = "Connections must be encrypted."
  }
}

run "grows_and_is_backed_up" {
  command = plan

  assert {
    condition     = azurerm_postgresql_flexible_server.this.auto_grow_enabled && azurerm_postgresql_flexible_server.this.storage_mb == 32768
    error_message = "A full disk must not stop the server."
  }

  assert {
    condition     = azurerm_postgresql_flexible_server.this.backup_retention_days == 14 && !azurerm_postgresql_flexible_server.this.geo_redundant_backup_enabled
    error_message = "Two weeks of way back are the least that is chosen here."
  }

  assert {
    condition     = length(azurerm_postgresql_flexible_server.this.high_availability) == 0 && azurerm_postgresql_flexible_server.this.create_mode == null
    error_message = "There must be no standby and no restore unless it is asked for."
  }
}

run "standby_in_another_zone" {
  command = plan

  variables {
    high_availability = {}
  }

  assert {
    condition     = azurerm_postgresql_flexible_server.this.high_availability[0].mode == "ZoneRedundant" && azurerm_postgresql_flexible_server.this.zone == "1" && azurerm_postgresql_flexible_server.this.high_availability[0].standby_availability_zone == "2"
    error_message = "The standby must be in another zone than the server."
  }
}

run "standby_in_the_same_zone_says_so" {
  command = plan

  variables {
    high_availability = { zone = "1", standby_zone = "1" }
  }

  assert {
    condition     = azurerm_postgresql_flexible_server.this.high_availability[0].mode == "SameZone"
    error_message = "Azure refuses zone redundancy within one zone, and only when the server is made."
  }
}

run "as_it_was_at_a_time" {
  command = plan

  variables {
    restore = {
      source_server_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql-orders-old"
      time             = "2026-11-21T09:30:00Z"
    }
  }

  assert {
    condition     = azurerm_postgresql_flexible_server.this.create_mode == "PointInTimeRestore" && azurerm_postgresql_flexible_server.this.point_in_time_restore_time_in_utc == "2026-11-21T09:30:00Z"
    error_message = "The server must be made from the other one's backups."
  }
}

run "extensions_and_log" {
  command = plan

  variables {
    extensions  = ["vector", "pg_stat_statements"]
    diagnostics = { workspace_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.OperationalInsights/workspaces/log-orders-prod" }
  }

  assert {
    condition     = azurerm_postgresql_flexible_server_configuration.this["azure.extensions"].value == "pg_stat_statements,vector"
    error_message = "The extensions must be allowed, in one order whatever the caller's."
  }

  assert {
    condition     = length(azurerm_monitor_diagnostic_setting.this) == 1
    error_message = "The log must go to the workspace."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                  = "Orders"
    location              = "West Europe"
    resource_group_name   = "rg."
    tenant_id             = "contoso.com"
    postgres_version      = "9"
    sku_name              = "Standard_D2ds_v5"
    storage_gb            = 100
    backup_retention_days = 3
    restore               = { source_server_id = "old", time = "yesterday" }
    administrators        = {}
    databases             = ["postgres"]
    extensions            = ["a,b"]
    maintenance           = { day_of_week = "Sonntag", start_hour = 24 }
    private_endpoint      = { subnet_id = "snet", private_dns_zone_id = "zone" }
    diagnostics           = { workspace_id = "log-orders" }
    tags                  = { "a/b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.tenant_id,
    var.postgres_version,
    var.sku_name,
    var.storage_gb,
    var.backup_retention_days,
    var.restore,
    var.administrators,
    var.databases,
    var.extensions,
    var.maintenance,
    var.private_endpoint,
    var.diagnostics,
    var.tags,
  ]
}

run "refuses_zones_that_do_not_exist" {
  command = plan

  variables {
    zone = "4"
  }

  expect_failures = [var.zone]
}

run "refuses_a_standby_in_a_zone_that_does_not_exist" {
  command = plan

  variables {
    high_availability = { zone = "1", standby_zone = "5" }
  }

  expect_failures = [var.high_availability]
}

run "refuses_administrators_without_id" {
  command = plan

  variables {
    administrators = { team = { object_id = "team-orders", principal_name = "", principal_type = "Team" } }
  }

  expect_failures = [var.administrators]
}

run "refuses_a_standby_of_a_burstable_server" {
  command = plan

  variables {
    sku_name          = "B_Standard_B1ms"
    high_availability = {}
  }

  expect_failures = [var.high_availability]
}

run "refuses_zone_beside_high_availability" {
  command = plan

  variables {
    zone              = "3"
    high_availability = {}
  }

  expect_failures = [var.zone]
}
