# The edge of an environment: Application Gateway for Containers takes requests from the internet, its firewall looks at
# them, and they go straight to the pods. Routes are Gateway API objects in the cluster.

resource "azurerm_application_load_balancer" "this" {
  name                = "agc-${var.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_application_load_balancer_frontend" "this" {
  for_each = var.frontends

  name                         = each.key
  application_load_balancer_id = azurerm_application_load_balancer.this.id
  tags                         = var.tags
}

resource "azurerm_application_load_balancer_subnet_association" "this" {
  name                         = "edge"
  application_load_balancer_id = azurerm_application_load_balancer.this.id
  subnet_id                    = var.subnet_id
  tags                         = var.tags
}
