# The environment's images. Nobody signs in with a password: the admin user is off, nodes pull by their identity.

resource "azurerm_container_registry" "this" {
  # checkov:skip=CKV_AZURE_139: Hosted agents push from outside; public_network_access_enabled closes it.
  # checkov:skip=CKV_AZURE_163: Defender looks at images where the aks module is given defender.
  # checkov:skip=CKV_AZURE_164: Azure retired content trust, and the provider its argument.
  # checkov:skip=CKV_AZURE_165: Copies are for prod: replica_locations.
  # checkov:skip=CKV_AZURE_166: Quarantine needs a service that lets images out again.
  # checkov:skip=CKV_AZURE_233: Zones are for prod: zone_redundancy_enabled.

  name                          = var.name
  location                      = var.location
  resource_group_name           = var.resource_group_name
  sku                           = var.sku
  admin_enabled                 = false
  anonymous_pull_enabled        = false
  public_network_access_enabled = var.public_network_access_enabled
  data_endpoint_enabled         = var.private_endpoint == null ? null : true
  zone_redundancy_enabled       = var.zone_redundancy_enabled
  retention_policy_in_days      = var.untagged_retention_in_days

  # Azure keeps them in alphabetical order, and a plan shows a change for any other.
  dynamic "georeplications" {
    for_each = sort(var.replica_locations)

    content {
      location                        = georeplications.value
      zone_redundancy_enabled         = var.zone_redundancy_enabled
      global_endpoint_routing_enabled = true
      tags                            = var.tags
    }
  }

  tags = var.tags
}

resource "azurerm_role_assignment" "push" {
  for_each = var.push_principal_ids

  scope                = azurerm_container_registry.this.id
  role_definition_name = "AcrPush"
  principal_id         = each.value
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "pull" {
  for_each = var.pull_principal_ids

  scope                = azurerm_container_registry.this.id
  role_definition_name = "AcrPull"
  principal_id         = each.value
  principal_type       = "ServicePrincipal"
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
    name                           = "registry"
    private_connection_resource_id = azurerm_container_registry.this.id
    subresource_names              = ["registry"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [var.private_endpoint.private_dns_zone_id]
  }
}
