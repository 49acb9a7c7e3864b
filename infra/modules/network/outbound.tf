# One known address for everything that leaves the environment. Without it the cluster's load balancer does the
# work, which is free of charge and good enough for a dev tier.
#
# Which kind of gateway it is, is decided when it is made: another kind would be another address, and others may let in only
# the one they know. `terraform apply -replace` of address and gateway changes it.

locals {
  # A gateway takes addresses of its own kind only.
  outbound_sku = var.nat_gateway_zone_redundant ? "StandardV2" : "Standard"
}

resource "azurerm_public_ip" "outbound" {
  count = var.nat_gateway_enabled ? 1 : 0

  name                = "pip-${var.name}-outbound"
  location            = var.location
  resource_group_name = var.resource_group_name
  allocation_method   = "Static"
  sku                 = local.outbound_sku
  zones               = var.nat_gateway_zone == null ? null : [var.nat_gateway_zone]
  tags                = var.tags

  lifecycle {
    ignore_changes = [sku, zones]
  }
}

# A Standard gateway lives in one zone at most; a StandardV2 gateway in all, and refuses to be told which.
resource "azurerm_nat_gateway" "this" {
  count = var.nat_gateway_enabled ? 1 : 0

  name                    = "ng-${var.name}"
  location                = var.location
  resource_group_name     = var.resource_group_name
  sku_name                = local.outbound_sku
  idle_timeout_in_minutes = 10
  zones                   = var.nat_gateway_zone == null ? null : [var.nat_gateway_zone]
  tags                    = var.tags

  lifecycle {
    ignore_changes = [sku_name, zones]
  }
}

resource "azurerm_nat_gateway_public_ip_association" "this" {
  count = var.nat_gateway_enabled ? 1 : 0

  nat_gateway_id       = azurerm_nat_gateway.this[0].id
  public_ip_address_id = azurerm_public_ip.outbound[0].id
}

resource "azurerm_subnet_nat_gateway_association" "aks" {
  count = var.nat_gateway_enabled ? 1 : 0

  subnet_id      = azurerm_subnet.aks.id
  nat_gateway_id = azurerm_nat_gateway.this[0].id

  depends_on = [azurerm_nat_gateway_public_ip_association.this]
}
