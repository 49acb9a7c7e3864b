# The front door of the APIs: callers show a key of a product and, where it is asked for, a token of Entra, and each
# product has limits for each of its keys.

resource "azurerm_api_management" "this" {
  # checkov:skip=CKV_AZURE_174: Callers are on the internet; virtual_network keeps them inside.

  name                = var.name
  location            = var.location
  resource_group_name = var.resource_group_name
  publisher_name      = var.publisher.name
  publisher_email     = var.publisher.email
  sku_name            = var.sku_name
  zones               = length(var.zones) > 0 ? var.zones : null

  virtual_network_type = var.virtual_network == null ? "None" : var.virtual_network.type

  dynamic "virtual_network_configuration" {
    for_each = var.virtual_network == null ? [] : [var.virtual_network]

    content {
      subnet_id = virtual_network_configuration.value.subnet_id
    }
  }

  identity {
    type = "SystemAssigned"
  }

  tags = var.tags

  # Whoever signs up by himself gets a key: people are invited instead. The V2 tiers refuse the block.
  dynamic "sign_up" {
    for_each = local.is_v2 ? [] : [1]

    content {
      enabled = false

      terms_of_service {
        enabled          = false
        consent_required = false
      }
    }
  }
}

locals {
  is_v2 = can(regex("V2_", var.sku_name))
}

resource "azurerm_api_management_api" "this" {
  for_each = var.apis

  name                  = each.key
  api_management_name   = azurerm_api_management.this.name
  resource_group_name   = var.resource_group_name
  revision              = "1"
  display_name          = each.value.display_name
  path                  = each.value.path
  protocols             = ["https"]
  service_url           = each.value.service_url
  subscription_required = true

  dynamic "import" {
    for_each = each.value.openapi == null ? [] : [each.value.openapi]

    content {
      content_format = "openapi+json"
      content_value  = import.value
    }
  }
}

resource "azurerm_api_management_product" "this" {
  for_each = var.products

  product_id            = each.key
  api_management_name   = azurerm_api_management.this.name
  resource_group_name   = var.resource_group_name
  display_name          = each.value.display_name
  published             = true
  subscription_required = true
  approval_required     = each.value.approval_required
  subscriptions_limit   = each.value.approval_required ? each.value.subscriptions_limit : null
}

resource "azurerm_api_management_product_api" "this" {
  for_each = local.product_apis

  product_id          = azurerm_api_management_product.this[each.value.product].product_id
  api_name            = azurerm_api_management_api.this[each.value.api].name
  api_management_name = azurerm_api_management.this.name
  resource_group_name = var.resource_group_name
}

locals {
  product_apis = merge([
    for product, settings in var.products : {
      for api in settings.apis : "${product}/${api}" => { product = product, api = api }
    }
  ]...)
}

# Keys are made by Azure and read in the portal or by `az apim`; the provider keeps them in the state as well, which is
# why callers that can have a token should be told apart by it instead.
resource "azurerm_api_management_subscription" "this" {
  for_each = var.subscriptions

  api_management_name = azurerm_api_management.this.name
  resource_group_name = var.resource_group_name
  subscription_id     = each.key
  display_name        = each.value.display_name
  product_id          = azurerm_api_management_product.this[each.value.product].id
  state               = "active"
  allow_tracing       = false
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.diagnostics == null ? 0 : 1

  name                           = "logs"
  target_resource_id             = azurerm_api_management.this.id
  log_analytics_workspace_id     = var.diagnostics.workspace_id
  log_analytics_destination_type = "Dedicated"

  enabled_log {
    category = "GatewayLogs"
  }
}
