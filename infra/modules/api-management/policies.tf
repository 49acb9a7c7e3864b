# What every request goes through: the token is checked for each API, the limits are of each product.

resource "azurerm_api_management_api_policy" "this" {
  for_each = var.apis

  api_name            = azurerm_api_management_api.this[each.key].name
  api_management_name = azurerm_api_management.this.name
  resource_group_name = var.resource_group_name

  xml_content = templatefile("${path.module}/policies/api.xml.tftpl", {
    jwt = each.value.jwt == null ? null : {
      openid_config_url = each.value.jwt.openid_config_url
      audiences         = sort(each.value.jwt.audiences)
      scopes            = sort(each.value.jwt.scopes)
    }
  })
}

resource "azurerm_api_management_product_policy" "this" {
  for_each = var.products

  product_id          = azurerm_api_management_product.this[each.key].product_id
  api_management_name = azurerm_api_management.this.name
  resource_group_name = var.resource_group_name

  xml_content = templatefile("${path.module}/policies/product.xml.tftpl", {
    calls_per_minute = each.value.calls_per_minute
    calls_per_day    = each.value.calls_per_day
  })
}
