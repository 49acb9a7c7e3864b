# How requests come in, besides the gateway in the cluster: through a firewall, or past API Management.

module "edge" {
  source = "../../modules/edge"
  count  = var.edge_enabled ? 1 : 0

  name                = var.name
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  subnet_id           = module.network.edge_subnet_id
  oidc_issuer_url     = module.aks.oidc_issuer_url
  tags                = local.tags
}

locals {
  # How each tier of API Management comes into a network; the others do not.
  api_management_network = lookup(
    { Developer = "classic", Premium = "classic", StandardV2 = "outbound", PremiumV2 = "injection" },
    split("_", local.preset.api_management_sku)[0],
    null,
  )
}

module "api_management" {
  source = "../../modules/api-management"
  count  = var.api_management == null ? 0 : 1

  name                = "apim-${var.name}"
  location            = local.common.location
  resource_group_name = local.common.resource_group_name
  sku_name            = local.preset.api_management_sku
  publisher           = { name = var.team.group_name, email = var.team.email }
  apis                = try(var.api_management.apis, {})
  products            = try(var.api_management.products, {})
  subscriptions       = try(var.api_management.subscriptions, {})
  diagnostics         = { workspace_id = module.monitoring.workspace_id }
  tags                = local.tags

  virtual_network = local.api_management_network == null ? null : {
    subnet_id = module.network.api_management_subnet_id
    type      = local.api_management_network == "injection" ? "Internal" : "External"
  }
}
