# The vault of a prod environment: private, watched, read by the API's identity.

data "azurerm_client_config" "current" {}

module "resource_group" {
  source = "../../../resource-group"

  name     = "rg-orders-prod"
  location = "westeurope"
}

module "network" {
  source = "../../../network"

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  address_range       = "10.20.0.0/20"
  private_services    = ["blob", "postgres", "registry", "vault"]
}

module "monitoring" {
  source = "../../../monitoring"

  name                = "orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
}

module "api_identity" {
  source = "../../../workload-identity"

  name                = "orders-prod-api"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  oidc_issuer_url     = "https://westeurope.oic.prod-aks.azure.com/00000000-0000-4000-8000-0000000000aa/00000000-0000-4000-8000-0000000000ab/"
  service_accounts    = { api = { namespace = "orders-prod", name = "api" } }
}

module "key_vault" {
  source = "../.."

  name                = "kv-orders-prod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  tenant_id           = data.azurerm_client_config.current.tenant_id

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["vault"]
  }

  role_assignments = {
    api = { role = "Key Vault Secrets User", principal_id = module.api_identity.principal_id }
  }

  diagnostics = { workspace_id = module.monitoring.workspace_id }
}

output "uri" {
  description = "Address of the vault."
  value       = module.key_vault.uri
}
