# Results of a worker: written by its identity, from inside, thrown away after a month.

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

module "worker_identity" {
  source = "../../../workload-identity"

  name                = "orders-prod-worker"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  oidc_issuer_url     = "https://westeurope.oic.prod-aks.azure.com/00000000-0000-4000-8000-0000000000aa/00000000-0000-4000-8000-0000000000ab/"
  service_accounts    = { worker = { namespace = "orders-prod", name = "worker" } }
}

module "storage" {
  source = "../.."

  name                = "stordersprod"
  location            = module.resource_group.location
  resource_group_name = module.resource_group.name
  containers          = ["worker-results"]
  expire_after_days   = 30

  private_endpoint = {
    subnet_id           = module.network.private_endpoints_subnet_id
    private_dns_zone_id = module.network.private_dns_zone_ids["blob"]
  }

  role_assignments = {
    worker = { role = "Storage Blob Data Contributor", principal_id = module.worker_identity.principal_id }
  }
}

output "blob_endpoint" {
  description = "Address of the blobs."
  value       = module.storage.blob_endpoint
}
