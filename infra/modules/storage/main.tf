# Blobs that workloads write and read by identity: no keys, no public containers, versions and deletions kept for a
# while, results that nobody needs any more thrown away.

resource "azurerm_storage_account" "this" {
  # checkov:skip=CKV_AZURE_43: The validation of name says so; the name is made of the environment's.
  # checkov:skip=CKV_AZURE_33: There are no queues.
  # checkov:skip=CKV2_AZURE_1: Blobs are encrypted by keys of the platform; keys of one's own are one more thing to lose.

  name                     = var.name
  location                 = var.location
  resource_group_name      = var.resource_group_name
  account_kind             = "StorageV2"
  account_tier             = "Standard"
  account_replication_type = var.replication

  shared_access_key_enabled         = false
  default_to_oauth_authentication   = true
  local_user_enabled                = false
  allow_nested_items_to_be_public   = false
  cross_tenant_replication_enabled  = false
  infrastructure_encryption_enabled = true
  https_traffic_only_enabled        = true
  min_tls_version                   = "TLS1_2"
  allowed_copy_scope                = "AAD"
  public_network_access_enabled     = length(var.allowed_ip_ranges) > 0

  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"]
    # Azure takes a single address without its /32 only.
    ip_rules = [for range in var.allowed_ip_ranges : trimsuffix(range, "/32")]
  }

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = var.recovery_in_days
    }

    container_delete_retention_policy {
      days = var.recovery_in_days
    }
  }

  tags = var.tags
}

resource "azurerm_storage_container" "this" {
  # checkov:skip=CKV2_AZURE_21: Reads are not logged: the log would be larger than what is read.

  for_each = var.containers

  name                  = each.key
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

resource "azurerm_storage_management_policy" "this" {
  storage_account_id = azurerm_storage_account.this.id

  # Versions are kept to recover from mistakes; without an end they would be paid for for ever.
  rule {
    name    = "old-versions"
    enabled = true

    filters {
      blob_types = ["blockBlob"]
    }

    actions {
      version {
        delete_after_days_since_creation = var.recovery_in_days
      }
    }
  }

  dynamic "rule" {
    for_each = var.expire_after_days == null ? [] : [var.expire_after_days]

    content {
      name    = "expire"
      enabled = true

      filters {
        blob_types = ["blockBlob"]
      }

      actions {
        base_blob {
          delete_after_days_since_modification_greater_than = rule.value
        }
      }
    }
  }
}

resource "azurerm_private_endpoint" "this" {
  count = var.private_endpoint == null ? 0 : 1

  name                          = "pep-${var.name}"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  subnet_id                     = var.private_endpoint.subnet_id
  custom_network_interface_name = "nic-pep-${var.name}"
  tags                          = var.tags

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = azurerm_storage_account.this.id
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [var.private_endpoint.private_dns_zone_id]
  }
}

resource "azurerm_role_assignment" "this" {
  for_each = var.role_assignments

  scope                = each.value.container == null ? azurerm_storage_account.this.id : azurerm_storage_container.this[each.value.container].id
  role_definition_name = each.value.role
  principal_id         = each.value.principal_id
  principal_type       = each.value.principal_type
}

# Who read, wrote and deleted what. The account itself has metrics only: its blob service has the log.
resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.diagnostics == null ? 0 : 1

  name                       = "audit"
  target_resource_id         = "${azurerm_storage_account.this.id}/blobServices/default"
  log_analytics_workspace_id = var.diagnostics.workspace_id

  enabled_log {
    category_group = "audit"
  }
}
