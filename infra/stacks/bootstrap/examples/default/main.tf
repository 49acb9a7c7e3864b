# The second run, when the service connections are there and show whose word to take.

module "bootstrap" {
  source = "../.."

  location             = "westeurope"
  storage_account_name = "stmoorlinestate"

  service_connections = {
    plan = {
      issuer  = "https://login.microsoftonline.com/00000000-0000-4000-8000-0000000000aa/v2.0"
      subject = "/eid1/c/pub/t/tenant/a/organization/sc/organization/plan"
    }
    apply = {
      issuer  = "https://login.microsoftonline.com/00000000-0000-4000-8000-0000000000aa/v2.0"
      subject = "/eid1/c/pub/t/tenant/a/organization/sc/organization/apply"
    }
  }
}

output "backend" {
  description = "Settings of the backend."
  value       = module.bootstrap.backend
}
