# The API of an environment reads the environment's resource group, as an example of a role.

module "resource_group" {
  source = "../../../resource-group"

  name     = "rg-orders-dev"
  location = "westeurope"
}

module "api_identity" {
  source = "../.."

  name                = "orders-dev-api"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  oidc_issuer_url     = "https://westeurope.oic.prod-aks.azure.com/00000000-0000-4000-8000-0000000000aa/00000000-0000-4000-8000-0000000000ab/"

  service_accounts = {
    api = { namespace = "orders-dev", name = "api" }
  }

  role_assignments = {
    group = { scope = module.resource_group.id, role = "Reader" }
  }
}

output "client_id" {
  description = "What the service account is annotated with."
  value       = module.api_identity.client_id
}
