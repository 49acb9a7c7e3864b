# The platform of a company with environments in two regions and a domain of its own.

module "platform" {
  source = "../.."

  location                   = "westeurope"
  registry_name              = "acrmoorlineexample"
  registry_replica_locations = ["northeurope"]
  domain                     = "env.example.com"
  monthly_budget             = 300
  email                      = "platform@example.com"
  delete_lock_enabled        = false

  registry_tokens = {
    partner-pull = { access = "pull", repositories = ["orders/api"] }
  }
}

output "shared" {
  description = "What environments take."
  value       = module.platform.shared
}
