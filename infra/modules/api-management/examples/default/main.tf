# One API for partners: a key of the product, a token of Entra, and 60 calls a minute.

data "azurerm_client_config" "current" {}

module "resource_group" {
  source = "../../../resource-group"

  name     = "rg-orders-prod"
  location = "westeurope"
}

module "monitoring" {
  source = "../../../monitoring"

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
}

module "api_management" {
  source = "../.."

  name                = "apim-orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  publisher           = { name = "Orders", email = "team-orders@example.com" }

  apis = {
    orders = {
      display_name = "Orders"
      path         = "orders"
      service_url  = "https://api.orders-prod.example.com"

      openapi = jsonencode({
        openapi = "3.0.3"
        info    = { title = "Orders", version = "1" }
        paths   = { "/" = { get = { operationId = "list", responses = { "200" = { description = "The orders." } } } } }
      })

      jwt = {
        openid_config_url = "https://login.microsoftonline.com/${data.azurerm_client_config.current.tenant_id}/v2.0/.well-known/openid-configuration"
        audiences         = ["api://orders"]
        scopes            = ["Orders.Read"]
      }
    }
  }

  products = {
    partners = { display_name = "Partners", apis = ["orders"], calls_per_day = 10000 }
  }

  subscriptions = {
    a-partner = { display_name = "A partner", product = "partners" }
  }

  diagnostics = { workspace_id = module.monitoring.workspace_id }
}

output "gateway_url" {
  description = "Where callers find the APIs."
  value       = module.api_management.gateway_url
}
