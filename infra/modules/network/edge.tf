# The subnet of Application Gateway for Containers. Azure manages what is in it and wants a /24 to itself; from there
# requests go straight to the pods, so the nodes' subnet lets it in.

resource "azurerm_subnet" "edge" {
  count = var.edge_enabled ? 1 : 0

  name                            = "snet-edge"
  resource_group_name             = var.resource_group_name
  virtual_network_name            = azurerm_virtual_network.this.name
  address_prefixes                = [local.edge_prefix]
  default_outbound_access_enabled = false

  delegation {
    name = "edge"

    service_delegation {
      name    = "Microsoft.ServiceNetworking/trafficControllers"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

resource "azurerm_network_security_group" "edge" {
  count = var.edge_enabled ? 1 : 0

  name                = "nsg-${var.name}-edge"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_subnet_network_security_group_association" "edge" {
  count = var.edge_enabled ? 1 : 0

  subnet_id                 = azurerm_subnet.edge[0].id
  network_security_group_id = azurerm_network_security_group.edge[0].id
}

resource "azurerm_network_security_rule" "edge_web" {
  count = var.edge_enabled && length(var.web_source_ranges) > 0 ? 1 : 0

  name                        = "allow-web"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.edge[0].name
  priority                    = 300
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefixes     = var.web_source_ranges
  destination_port_ranges     = ["80", "443"]
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "aks_from_edge" {
  count = var.edge_enabled ? 1 : 0

  name                        = "allow-edge"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.aks.name
  priority                    = 220
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = local.edge_prefix
  destination_port_range      = "*"
  destination_address_prefix  = "*"
}
