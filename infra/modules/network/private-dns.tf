# Names of what is reached by private endpoint. A zone answers in this network only, so each environment has its own.

locals {
  private_zones = {
    blob     = "privatelink.blob.core.windows.net"
    postgres = "privatelink.postgres.database.azure.com"
    registry = "privatelink.azurecr.io"
    vault    = "privatelink.vaultcore.azure.net"
  }
}

resource "azurerm_private_dns_zone" "this" {
  for_each = var.private_services

  name                = local.private_zones[each.key]
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each = var.private_services

  name                 = "link-${var.name}"
  private_dns_zone_id  = azurerm_private_dns_zone.this[each.key].id
  virtual_network_id   = azurerm_virtual_network.this.id
  registration_enabled = false
  tags                 = var.tags
}
