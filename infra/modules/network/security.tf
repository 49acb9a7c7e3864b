# Deny first: priority 4096 closes each subnet, and what stands above it is all that is let in.

resource "azurerm_network_security_group" "aks" {
  name                = "nsg-${var.name}-aks"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_network_security_group" "private_endpoints" {
  name                = "nsg-${var.name}-private-endpoints"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

# Nodes, pods and the control plane's tunnel talk to each other inside the range of the environment.
resource "azurerm_network_security_rule" "aks_inside" {
  name                        = "allow-inside"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.aks.name
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = local.aks_prefix
  destination_port_range      = "*"
  destination_address_prefix  = local.aks_prefix
}

# Health probes of Azure's load balancer; without them no gateway is ever healthy.
resource "azurerm_network_security_rule" "aks_load_balancer" {
  name                        = "allow-load-balancer"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.aks.name
  priority                    = 210
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = "AzureLoadBalancer"
  destination_port_range      = "*"
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "aks_web" {
  count = length(var.web_source_ranges) > 0 ? 1 : 0

  name                        = "allow-web"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.aks.name
  priority                    = 300
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefixes     = var.web_source_ranges
  destination_port_ranges     = ["80", "443"]
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "private_endpoints_from_aks" {
  name                        = "allow-nodes"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.private_endpoints.name
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = local.aks_prefix
  destination_port_ranges     = ["443", "5432"]
  destination_address_prefix  = local.private_endpoints_prefix
}

resource "azurerm_network_security_rule" "deny_inbound" {
  for_each = merge(
    {
      aks               = azurerm_network_security_group.aks.name
      private-endpoints = azurerm_network_security_group.private_endpoints.name
    },
    var.edge_enabled ? { edge = azurerm_network_security_group.edge[0].name } : {},
    local.has_api_management ? { api-management = azurerm_network_security_group.api_management[0].name } : {},
  )

  name                        = "deny-inbound"
  resource_group_name         = var.resource_group_name
  network_security_group_name = each.value
  priority                    = 4096
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = "*"
  destination_port_range      = "*"
  destination_address_prefix  = "*"
}

# A private endpoint answers; it never calls.
resource "azurerm_network_security_rule" "private_endpoints_deny_outbound" {
  name                        = "deny-outbound"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.private_endpoints.name
  priority                    = 4096
  direction                   = "Outbound"
  access                      = "Deny"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = "*"
  destination_port_range      = "*"
  destination_address_prefix  = "*"
}
