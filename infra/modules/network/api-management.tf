# The subnet of API Management, from which it reaches the cluster. A classic service (Developer, Premium) lives in it and is
# managed and asked through it; a V2 service only goes out through it, or (PremiumV2) is put in it, and is managed by Azure
# from elsewhere. https://learn.microsoft.com/azure/api-management/virtual-network-reference says what each needs.

locals {
  has_api_management = var.api_management_network != null
  # The older tiers refuse a delegation, the newer ones ask for theirs.
  api_management_delegations = {
    classic   = []
    outbound  = ["Microsoft.Web/serverFarms"]
    injection = ["Microsoft.Web/hostingEnvironments"]
  }

  api_management_rules = {
    classic = merge(
      {
        management = { priority = 200, source = ["ApiManagement"], ports = ["3443"] }
        health     = { priority = 210, source = ["AzureLoadBalancer"], ports = ["6390"] }
      },
      length(var.web_source_ranges) > 0 ? { web = { priority = 300, source = var.web_source_ranges, ports = ["443"] } } : {},
    )
    outbound  = {}
    injection = {}
  }
}

resource "azurerm_subnet" "api_management" {
  count = local.has_api_management ? 1 : 0

  name                            = "snet-api-management"
  resource_group_name             = var.resource_group_name
  virtual_network_name            = azurerm_virtual_network.this.name
  address_prefixes                = [local.api_management_prefix]
  default_outbound_access_enabled = false

  dynamic "delegation" {
    for_each = local.api_management_delegations[var.api_management_network]

    content {
      name = "api-management"

      service_delegation {
        name    = delegation.value
        actions = ["Microsoft.Network/virtualNetworks/subnets/action"]
      }
    }
  }
}

resource "azurerm_network_security_group" "api_management" {
  count = local.has_api_management ? 1 : 0

  name                = "nsg-${var.name}-api-management"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_subnet_network_security_group_association" "api_management" {
  count = local.has_api_management ? 1 : 0

  subnet_id                 = azurerm_subnet.api_management[0].id
  network_security_group_id = azurerm_network_security_group.api_management[0].id
}

resource "azurerm_network_security_rule" "api_management" {
  for_each = local.has_api_management ? local.api_management_rules[var.api_management_network] : {}

  name                        = "allow-${each.key}"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.api_management[0].name
  priority                    = each.value.priority
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = length(each.value.source) == 1 ? each.value.source[0] : null
  source_address_prefixes     = length(each.value.source) == 1 ? null : each.value.source
  destination_port_ranges     = each.value.ports
  destination_address_prefix  = "VirtualNetwork"
}

# What it sends on goes to the gateway in the cluster, and to nothing else there.
resource "azurerm_network_security_rule" "aks_from_api_management" {
  count = local.has_api_management ? 1 : 0

  name                        = "allow-api-management"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.aks.name
  priority                    = 230
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = local.api_management_prefix
  destination_port_ranges     = ["80", "443"]
  destination_address_prefix  = "*"
}

# Without the implicit way out a service would reach neither Entra nor what it keeps its settings in.
resource "azurerm_subnet_nat_gateway_association" "api_management" {
  count = local.has_api_management && var.nat_gateway_enabled ? 1 : 0

  subnet_id      = azurerm_subnet.api_management[0].id
  nat_gateway_id = azurerm_nat_gateway.this[0].id

  depends_on = [azurerm_nat_gateway_public_ip_association.this]
}
