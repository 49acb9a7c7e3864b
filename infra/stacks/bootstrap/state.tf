# One blob an environment, locked by a lease while it is in use, every version kept for a while. Whoever can read it can
# read what is in it, so identities open it and nothing else.

# policy(storage-closed): Hosted agents have no address of their own; a token of Entra is what opens the account. With
# agents of your own, name their ranges in agent_ip_ranges.
resource "azurerm_storage_account" "state" {
  # checkov:skip=CKV_AZURE_33: There are no queues.
  # checkov:skip=CKV_AZURE_35: Closed where agent_ip_ranges names the agents.
  # checkov:skip=CKV_AZURE_59: Hosted agents have no address of their own; see above.
  # checkov:skip=CKV2_AZURE_1: Blobs are encrypted by keys of the platform; keys of one's own are one more thing to lose.
  # checkov:skip=CKV2_AZURE_33: There is no network yet when it is made.

  name                     = var.storage_account_name
  location                 = local.location
  resource_group_name      = local.group
  account_tier             = "Standard"
  account_replication_type = var.replication
  min_tls_version          = "TLS1_2"

  shared_access_key_enabled         = false
  default_to_oauth_authentication   = true
  local_user_enabled                = false
  allow_nested_items_to_be_public   = false
  cross_tenant_replication_enabled  = false
  infrastructure_encryption_enabled = true
  public_network_access_enabled     = true

  network_rules {
    default_action = length(var.agent_ip_ranges) > 0 ? "Deny" : "Allow"
    bypass         = ["AzureServices"]
    ip_rules       = [for range in var.agent_ip_ranges : trimsuffix(range, "/32")]
  }

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }

  tags = local.tags
}

resource "azurerm_storage_container" "state" {
  # checkov:skip=CKV2_AZURE_21: Only pipelines read it, and they have logs.

  name                  = "tfstate"
  storage_account_id    = azurerm_storage_account.state.id
  container_access_type = "private"
}

# Made last and removed first: while it is there, Azure refuses to delete even a role on the container.
resource "azurerm_management_lock" "state" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "no-delete"
  scope      = azurerm_storage_account.state.id
  lock_level = "CanNotDelete"
  notes      = "Holds the states of all environments."

  depends_on = [azurerm_storage_container.state, azurerm_role_assignment.pipeline]
}
