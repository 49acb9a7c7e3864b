variable "name" {
  description = "Name of the environment; the names of all resources end with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 20 lower case letters, digits or dashes, begin with a letter and not end with a dash: choose a name such as orders-dev."
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

variable "subnet_id" {
  description = "Subnet of the edge: the edge_subnet_id output of the network module, with edge_enabled."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.subnet_id))
    error_message = "subnet_id must be the id of a subnet: set edge_enabled in the network module and give its edge_subnet_id output."
  }
}

variable "oidc_issuer_url" {
  description = "Issuer of the cluster's tokens: the oidc_issuer_url output of the aks module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://[^/]+/", var.oidc_issuer_url))
    error_message = "oidc_issuer_url must be an https address with a path: give it the oidc_issuer_url output of the aks module."
  }
}

variable "frontends" {
  description = "Names of the addresses at which the environment is reached; a Gateway names the one it uses."
  type        = set(string)
  default     = ["web"]
  nullable    = false

  validation {
    condition     = length(var.frontends) >= 1 && length(var.frontends) <= 5 && alltrue([for name in var.frontends : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?$", name))])
    error_message = "frontends must be 1 to 5 names of 1 to 64 letters, digits, dots, dashes or underscores: write [\"web\"]."
  }
}

variable "firewall_mode" {
  description = "Prevention stops an attack; Detection only writes it down, to see first what would be stopped."
  type        = string
  default     = "Prevention"
  nullable    = false

  validation {
    condition     = contains(["Prevention", "Detection"], var.firewall_mode)
    error_message = "firewall_mode must be Prevention or Detection: write Detection only while rules are tried out."
  }
}

variable "requests_per_minute" {
  description = "Requests that one address may make in a minute; null sets no limit."
  type        = number
  default     = 1000

  validation {
    condition     = var.requests_per_minute == null || try(var.requests_per_minute >= 1 && var.requests_per_minute <= 5000 && floor(var.requests_per_minute) == var.requests_per_minute, false)
    error_message = "requests_per_minute must be a whole number from 1 to 5000: leave a limit out with null."
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
