# What an environment takes from the platform instead of making its own: images, and its names in the public DNS.

resource "azurerm_role_assignment" "shared_registry_pull" {
  count = var.shared.registry == null ? 0 : 1

  scope                = var.shared.registry.id
  role_definition_name = "AcrPull"
  principal_id         = module.aks.kubelet_object_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_private_endpoint" "shared_registry" {
  count = var.shared.registry != null && tobool(local.preset.private_registry) ? 1 : 0

  name                          = "pep-${var.name}-registry"
  location                      = local.common.location
  resource_group_name           = local.common.resource_group_name
  subnet_id                     = module.network.private_endpoints_subnet_id
  custom_network_interface_name = "nic-pep-${var.name}-registry"
  tags                          = local.tags

  private_service_connection {
    name                           = "registry"
    private_connection_resource_id = var.shared.registry.id
    subresource_names              = ["registry"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [module.network.private_dns_zone_ids["registry"]]
  }
}

locals {
  # The gateway in the cluster has an address that is there before it and stays when it goes; the edge brings its own.
  has_gateway_address = var.shared.dns_zone != null && !var.edge_enabled
}

resource "azurerm_public_ip" "gateway" {
  count = local.has_gateway_address ? 1 : 0

  name                = "pip-${var.name}-gateway"
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  allocation_method   = "Static"
  sku                 = "Standard"
  zones               = length(local.zones) > 0 ? ["1", "2", "3"] : null
  tags                = local.tags
}

# The cluster looks for the address in its group, and joins it to its load balancer.
resource "azurerm_role_assignment" "gateway_address" {
  count = local.has_gateway_address ? 1 : 0

  scope                = module.resource_group.id
  role_definition_name = "Network Contributor"
  principal_id         = module.aks.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_dns_a_record" "gateway" {
  count = local.has_gateway_address ? 1 : 0

  name                = "*.${var.name}"
  zone_name           = var.shared.dns_zone.name
  resource_group_name = var.shared.dns_zone.resource_group_name
  ttl                 = 300
  target_resource_id  = azurerm_public_ip.gateway[0].id
  tags                = local.tags
}

resource "azurerm_dns_cname_record" "edge" {
  count = var.shared.dns_zone != null && var.edge_enabled ? 1 : 0

  name                = "*.${var.name}"
  zone_name           = var.shared.dns_zone.name
  resource_group_name = var.shared.dns_zone.resource_group_name
  ttl                 = 300
  record              = module.edge[0].hosts["web"]
  tags                = local.tags
}
