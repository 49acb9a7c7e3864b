mock_provider "azurerm" {}

variables {
  name                = "apim-orders-prod"
  location            = "westeurope"
  resource_group_name = "rg-orders-prod"
  publisher           = { name = "Orders", email = "orders@example.com" }

  apis = {
    orders = {
      display_name = "Orders"
      path         = "orders"
      service_url  = "https://api.orders.example.com"
      jwt = {
        openid_config_url = "https://login.microsoftonline.com/tenant/v2.0/.well-known/openid-configuration"
        audiences         = ["api://orders"]
        scopes            = ["Orders.Read"]
      }
    }
  }

  products = {
    partners = { display_name = "Partners", apis = ["orders"], calls_per_minute = 30, calls_per_day = 1000 }
  }
}

run "nobody_without_a_key" {
  command = plan

  assert {
    condition     = azurerm_api_management_api.this["orders"].subscription_required && azurerm_api_management_product.this["partners"].subscription_required && azurerm_api_management_product.this["partners"].approval_required
    error_message = "Callers must have a key, and a person must approve it."
  }

  assert {
    condition     = azurerm_api_management_api.this["orders"].protocols == toset(["https"])
    error_message = "APIs must be reached by https only."
  }

  assert {
    condition     = azurerm_api_management_product_api.this["partners/orders"].api_name == "orders"
    error_message = "The product must hold the API."
  }

  assert {
    condition     = length(azurerm_api_management_subscription.this) == 0
    error_message = "No key may be made, and kept in the state, unless it is asked for."
  }
}

run "nobody_without_a_token_for_this_api" {
  command = plan

  assert {
    condition = (
      strcontains(azurerm_api_management_api_policy.this["orders"].xml_content, "<openid-config url=\"https://login.microsoftonline.com/tenant/v2.0/.well-known/openid-configuration\" />") &&
      strcontains(azurerm_api_management_api_policy.this["orders"].xml_content, "<audience>api://orders</audience>") &&
      strcontains(azurerm_api_management_api_policy.this["orders"].xml_content, "<value>Orders.Read</value>")
    )
    error_message = "The token's issuer, audience and scope must be checked."
  }

  assert {
    condition     = strcontains(azurerm_api_management_product_policy.this["partners"].xml_content, "<rate-limit calls=\"30\" renewal-period=\"60\"") && strcontains(azurerm_api_management_product_policy.this["partners"].xml_content, "<quota calls=\"1000\" renewal-period=\"86400\" />")
    error_message = "The product must have its limits."
  }
}

run "no_token_where_none_is_asked_for" {
  command = plan

  variables {
    apis     = { orders = { display_name = "Orders", path = "orders", service_url = "https://api.orders.example.com" } }
    products = { partners = { display_name = "Partners", apis = ["orders"] } }
  }

  assert {
    condition     = !strcontains(azurerm_api_management_api_policy.this["orders"].xml_content, "validate-jwt") && !strcontains(azurerm_api_management_product_policy.this["partners"].xml_content, "quota")
    error_message = "There must be no check and no limit of the day that was not asked for."
  }
}

run "keys" {
  command = plan

  variables {
    subscriptions = { a-partner = { display_name = "A partner", product = "partners" } }
  }

  assert {
    condition     = azurerm_api_management_subscription.this["a-partner"].state == "active" && !azurerm_api_management_subscription.this["a-partner"].allow_tracing
    error_message = "A key must work at once, and must not open traces of what goes on inside."
  }
}

run "inside_the_network" {
  command = plan

  variables {
    sku_name        = "Premium_3"
    zones           = ["1", "2", "3"]
    virtual_network = { subnet_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-apim", type = "Internal" }
    diagnostics     = { workspace_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.OperationalInsights/workspaces/log-orders-prod" }
  }

  assert {
    condition     = azurerm_api_management.this.virtual_network_type == "Internal" && length(azurerm_api_management.this.virtual_network_configuration) == 1
    error_message = "The service must be in the subnet; one setting without the other is refused when it is made."
  }

  assert {
    condition     = !azurerm_api_management.this.sign_up[0].enabled && length(azurerm_monitor_diagnostic_setting.this) == 1
    error_message = "Nobody may sign up by himself, and calls must be logged."
  }
}

run "v2_tiers_have_no_sign_up" {
  command = plan

  assert {
    condition     = length(azurerm_api_management.this.sign_up) == 0
    error_message = "V2 tiers refuse the block, and only when the service is made."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                = "Orders_"
    location            = "West Europe"
    resource_group_name = "rg."
    publisher           = { name = "Orders", email = "orders" }
    sku_name            = "Gold_1"
    apis                = { orders = { display_name = "Orders", path = "/orders/", service_url = "http://api", openapi = "openapi: 3", jwt = { openid_config_url = "http://x", audiences = [] } } }
    diagnostics         = { workspace_id = "log-orders" }
    tags                = { "a/b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.publisher,
    var.sku_name,
    var.apis,
    var.diagnostics,
    var.tags,
  ]
}

run "refuses_a_product_of_nothing_known" {
  command = plan

  variables {
    products = { partners = { display_name = "Partners", apis = ["payments"], calls_per_minute = 0 } }
  }

  expect_failures = [var.products]
}

run "refuses_a_key_of_an_unknown_product" {
  command = plan

  variables {
    subscriptions = { a-partner = { display_name = "A partner", product = "friends" } }
  }

  expect_failures = [var.subscriptions]
}

run "refuses_two_apis_on_one_path" {
  command = plan

  variables {
    apis = {
      one = { display_name = "One", path = "orders", service_url = "https://one.example.com" }
      two = { display_name = "Two", path = "orders", service_url = "https://two.example.com" }
    }
    products = {}
  }

  expect_failures = [var.apis]
}

run "refuses_what_would_break_a_policy" {
  command = plan

  variables {
    apis = { orders = { display_name = "Orders", path = "orders", service_url = "https://api", jwt = { openid_config_url = "https://x", audiences = ["<a>"] } } }
  }

  expect_failures = [var.apis]
}

run "refuses_zones_below_premium" {
  command = plan

  variables {
    zones = ["1", "2", "3"]
  }

  expect_failures = [var.zones]
}

run "refuses_a_network_for_tiers_without" {
  command = plan

  variables {
    sku_name        = "BasicV2_1"
    virtual_network = { subnet_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-apim" }
  }

  expect_failures = [var.virtual_network]
}
