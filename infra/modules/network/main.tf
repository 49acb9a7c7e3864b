# The network of one environment: a range of its own, split so that nodes and private endpoints never share a
# subnet, closed from outside unless a rule opens it.

locals {
  # A /20 gives the nodes a /22 (1,019 addresses: overlay pods take none), private endpoints a /26 and the edge the /24
  # that Azure asks for, API Management another /26; half of the range is left for what comes.
  aks_prefix               = cidrsubnet(var.address_range, 2, 0)
  private_endpoints_prefix = cidrsubnet(var.address_range, 6, 16)
  api_management_prefix    = cidrsubnet(var.address_range, 6, 17)
  edge_prefix              = cidrsubnet(var.address_range, 4, 6)
}

resource "azurerm_virtual_network" "this" {
  name                = "vnet-${var.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  address_space       = [var.address_range]
  tags                = var.tags
}

resource "azurerm_subnet" "aks" {
  name                            = "snet-aks"
  resource_group_name             = var.resource_group_name
  virtual_network_name            = azurerm_virtual_network.this.name
  address_prefixes                = [local.aks_prefix]
  default_outbound_access_enabled = false
}

resource "azurerm_subnet" "private_endpoints" {
  name                              = "snet-private-endpoints"
  resource_group_name               = var.resource_group_name
  virtual_network_name              = azurerm_virtual_network.this.name
  address_prefixes                  = [local.private_endpoints_prefix]
  default_outbound_access_enabled   = false
  private_endpoint_network_policies = "Enabled"
}

resource "azurerm_subnet_network_security_group_association" "aks" {
  subnet_id                 = azurerm_subnet.aks.id
  network_security_group_id = azurerm_network_security_group.aks.id
}

resource "azurerm_subnet_network_security_group_association" "private_endpoints" {
  subnet_id                 = azurerm_subnet.private_endpoints.id
  network_security_group_id = azurerm_network_security_group.private_endpoints.id
}
