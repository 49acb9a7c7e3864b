variable "name" {
  description = "Name of the service; unique in all of Azure."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,48}[a-z0-9]$", var.name))
    error_message = "name must have 2 to 50 lower case letters, digits or dashes, begin with a letter and not end with a dash: choose a name such as apim-orders-dev."
  }
}

variable "location" {
  description = "Azure region, as in `az account list-locations --query [].name`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "location must be a region's short name in lower case without spaces: write westeurope, not \"West Europe\"."
  }
}

variable "resource_group_name" {
  description = "Resource group that holds the resources."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$", var.resource_group_name))
    error_message = "resource_group_name must be the name of a resource group, not its id: give it the name output of the resource-group module."
  }
}

variable "publisher" {
  description = "Who offers the APIs, as callers see it."
  type = object({
    name  = string
    email = string
  })
  nullable = false

  validation {
    condition     = trimspace(var.publisher.name) != "" && length(var.publisher.name) <= 100 && can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", var.publisher.email))
    error_message = "publisher needs name, of 1 to 100 characters, and email: write { name = \"Orders\", email = \"orders@example.com\" }."
  }
}

variable "sku_name" {
  description = "Tier and units, as Developer_1 (no uptime agreement), BasicV2_1, StandardV2_1, PremiumV2_1 or Premium_3."
  type        = string
  default     = "StandardV2_1"
  nullable    = false

  validation {
    condition     = can(regex("^(Consumption_0|Developer_1|Basic_[12]|Standard_[1-4]|Premium_([1-9]|[12][0-9]|3[01])|(BasicV2|StandardV2)_([1-9]|10)|PremiumV2_([1-9]|[12][0-9]|30))$", var.sku_name))
    error_message = "sku_name must be a tier and its units, joined by an underscore: write Developer_1 for dev, StandardV2_1 for prod."
  }
}

variable "zones" {
  description = "Zones of a Premium service; [] for the other tiers."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : contains(["1", "2", "3"], zone)])
    error_message = "zones must be some of \"1\", \"2\", \"3\": write [\"1\", \"2\", \"3\"], or [] where there are none."
  }

  validation {
    condition     = length(var.zones) == 0 || startswith(var.sku_name, "Premium_")
    error_message = "zones need a Premium tier, and the provider says so only when the service is made: set sku_name to Premium_3, or leave zones out."
  }
}

variable "virtual_network" {
  description = "Put the service into a subnet: External answers the internet, Internal the network only; null keeps it outside."
  type = object({
    subnet_id = string
    type      = optional(string, "External")
  })
  default = null

  validation {
    condition     = var.virtual_network == null || try(can(regex("/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.virtual_network.subnet_id)) && contains(["External", "Internal"], var.virtual_network.type), false)
    error_message = "virtual_network needs subnet_id, the id of a subnet, and type External or Internal: leave it out to keep the service outside of the network."
  }

  validation {
    condition     = var.virtual_network == null || can(regex("^(Developer|Premium|StandardV2|PremiumV2)_", var.sku_name))
    error_message = "virtual_network needs a tier that can join one: set sku_name to Developer_1, StandardV2_1, PremiumV2_1 or Premium_1, or leave virtual_network out."
  }
}

variable "apis" {
  description = "The APIs by name: where callers find them (path), where they are (service_url), what they offer (openapi, as JSON) and whose tokens they take (jwt)."
  type = map(object({
    display_name = string
    path         = string
    service_url  = string
    openapi      = optional(string)
    jwt = optional(object({
      openid_config_url = string
      audiences         = set(string)
      scopes            = optional(set(string), [])
    }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, api in var.apis : can(regex("^[a-z][a-z0-9-]{0,78}[a-z0-9]$", name)) && can(regex("^[a-z0-9]([a-z0-9/._-]*[a-z0-9])?$", api.path)) && trimspace(api.display_name) != ""])
    error_message = "apis need a name of lower case letters, digits and dashes, a display_name, and a path without slashes at its ends: write { orders = { display_name = \"Orders\", path = \"orders\", service_url = \"https://…\" } }."
  }

  validation {
    condition     = length(distinct([for api in var.apis : api.path])) == length(var.apis)
    error_message = "apis may not share a path: give each its own."
  }

  validation {
    condition     = alltrue([for api in var.apis : startswith(api.service_url, "https://")])
    error_message = "apis need an https address as service_url: what goes to the service is a caller's token and data."
  }

  validation {
    condition     = alltrue([for api in var.apis : api.openapi == null || can(jsondecode(api.openapi).openapi)])
    error_message = "apis take openapi as JSON of OpenAPI 3: write file(\"openapi.json\"), and make JSON of YAML with jsonencode(yamldecode(…))."
  }

  validation {
    condition     = alltrue([for api in var.apis : try(startswith(api.jwt.openid_config_url, "https://") && length(api.jwt.audiences) > 0, api.jwt == null)])
    error_message = "apis with jwt need openid_config_url, an https address, and one audience at least: a token for another API would else be taken."
  }

  # They become part of a policy, whose text nobody checks before Azure does.
  validation {
    condition     = alltrue([for api in var.apis : alltrue([for text in try(flatten([api.jwt.openid_config_url, tolist(api.jwt.audiences), tolist(api.jwt.scopes)]), []) : !can(regex("[<>&'@\"]", text))])])
    error_message = "apis with jwt take no < > & @ or quotes in openid_config_url, audiences and scopes: write them as Entra shows them."
  }
}

variable "products" {
  description = "What callers subscribe to, by name: some of the APIs, with limits of their own for each key."
  type = map(object({
    display_name        = string
    apis                = set(string)
    approval_required   = optional(bool, true)
    subscriptions_limit = optional(number, 1)
    calls_per_minute    = optional(number, 60)
    calls_per_day       = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, product in var.products : can(regex("^[a-z][a-z0-9-]{0,78}[a-z0-9]$", name)) && trimspace(product.display_name) != "" && length(product.apis) > 0])
    error_message = "products need a name of lower case letters, digits and dashes, a display_name, and one of the apis at least: write { partners = { display_name = \"Partners\", apis = [\"orders\"] } }."
  }

  validation {
    condition     = alltrue([for product in var.products : length(setsubtract(product.apis, keys(var.apis))) == 0])
    error_message = "products name apis that are not in apis: add them there, or take them off the product."
  }

  validation {
    condition     = alltrue([for product in var.products : product.calls_per_minute >= 1 && product.subscriptions_limit >= 1 && (product.calls_per_day == null || try(product.calls_per_day >= 1, false))])
    error_message = "products need calls_per_minute, calls_per_day and subscriptions_limit of 1 at least: leave calls_per_day out for no limit of the day."
  }
}

variable "subscriptions" {
  description = "Keys to make, by name, each for one product."
  type = map(object({
    display_name = string
    product      = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, subscription in var.subscriptions : can(regex("^[a-z][a-z0-9-]{0,78}[a-z0-9]$", name)) && contains(keys(var.products), subscription.product)])
    error_message = "subscriptions need a name of lower case letters, digits and dashes, and product, one of products: add the product, or correct its name."
  }
}

variable "diagnostics" {
  description = "Workspace that keeps who asked for what; null keeps no such log."
  type = object({
    workspace_id = string
  })
  default = null

  validation {
    condition     = var.diagnostics == null || can(regex("/providers/Microsoft.OperationalInsights/workspaces/[^/]+$", var.diagnostics.workspace_id))
    error_message = "diagnostics.workspace_id must be the id of a Log Analytics workspace: give it the workspace_id output of the monitoring module."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 50 && alltrue([for key, value in var.tags : can(regex("^[^<>%&\\\\?/]{1,512}$", key)) && try(length(value) <= 256, false)])
    error_message = "tags must be 50 at most, with keys of 1 to 512 characters other than < > % & \\ ? / and values of 256 at most: rename, shorten or leave out the others."
  }
}
