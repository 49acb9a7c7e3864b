# The group of an environment, locked so that nobody deletes it by mistake, and with a budget.

module "resource_group" {
  source = "../.."

  name                = "rg-orders-prod"
  location            = "westeurope"
  delete_lock_enabled = true
  budget              = { amount = 1500, emails = ["team-orders@example.com"] }

  tags = { "moorline-environment" = "orders-prod" }
}

output "id" {
  description = "Id of the group."
  value       = module.resource_group.id
}
