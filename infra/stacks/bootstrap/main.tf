# What must be there before the first pipeline runs, applied once by a person: where states are kept, and the two
# identities that pipelines have. The one that plans can change nothing; there is no secret anywhere.

data "azurerm_subscription" "current" {}

locals {
  location = module.resource_group.location
  group    = module.resource_group.name
  tags     = merge(var.tags, { "moorline-stack" = "bootstrap" })
}

module "resource_group" {
  source = "../../modules/resource-group"

  name     = "rg-moorline-state"
  location = var.location
  tags     = local.tags
}
