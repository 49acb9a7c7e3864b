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

variable "address_range" {
  description = "Address range of the environment: a private /20 that no other environment has."
  type        = string
  nullable    = false

  validation {
    condition     = can(cidrhost(var.address_range, 0)) && endswith(var.address_range, "/20")
    error_message = "address_range must be a /20 in CIDR form: write a range such as 10.20.0.0/20."
  }

  validation {
    condition     = startswith(var.address_range, "10.")
    error_message = "address_range must lie in 10.0.0.0/8, since pods use 192.168.0.0/16 and services 172.16.0.0/16: choose a range such as 10.20.0.0/20."
  }

  validation {
    condition     = try(cidrsubnet(var.address_range, 0, 0), "") == var.address_range
    error_message = "address_range must begin at a /20 border: for 10.20.1.0/20 write 10.20.0.0/20."
  }
}

variable "nat_gateway_enabled" {
  description = "Send what leaves the environment through a NAT gateway with one known address."
  type        = bool
  default     = true
  nullable    = false
}

variable "nat_gateway_zone" {
  description = "Zone of the NAT gateway and its address; null lets Azure choose."
  type        = string
  default     = null

  validation {
    condition     = var.nat_gateway_zone == null || contains(["1", "2", "3"], coalesce(var.nat_gateway_zone, "none"))
    error_message = "nat_gateway_zone must be 1, 2 or 3: leave it out (null) in a region without zones."
  }

  validation {
    condition     = var.nat_gateway_zone == null || !var.nat_gateway_zone_redundant
    error_message = "nat_gateway_zone names one zone while nat_gateway_zone_redundant asks for all: leave one of them out."
  }
}

variable "nat_gateway_zone_redundant" {
  description = "Take the NAT gateway that lives in every zone (StandardV2): what prod wants in a region with zones."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.nat_gateway_zone_redundant || var.nat_gateway_enabled
    error_message = "nat_gateway_zone_redundant needs a NAT gateway: set nat_gateway_enabled to true, or leave nat_gateway_zone_redundant out."
  }
}

variable "web_source_ranges" {
  description = "Ranges that may reach the environment's gateway on 80 and 443; 0.0.0.0/0 opens it to everyone, [] to nobody."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for range in var.web_source_ranges : can(cidrhost(range, 0))])
    error_message = "web_source_ranges must hold ranges in CIDR form: write 203.0.113.7/32 for one address, 0.0.0.0/0 for everyone."
  }
}

variable "private_services" {
  description = "Services that are reached by private endpoint (blob, postgres, registry, vault): each gets its private DNS zone."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.private_services : contains(["blob", "postgres", "registry", "vault"], service)])
    error_message = "private_services must be some of blob, postgres, registry and vault: leave the others out."
  }
}

variable "edge_enabled" {
  description = "Make the subnet that the edge module's Application Gateway for Containers needs."
  type        = bool
  default     = false
  nullable    = false
}

variable "api_management_network" {
  description = "Make the subnet of API Management: classic (tiers Developer and Premium), outbound (StandardV2) or injection (PremiumV2); null makes none."
  type        = string
  default     = null

  validation {
    condition     = var.api_management_network == null || contains(["classic", "outbound", "injection"], coalesce(var.api_management_network, "none"))
    error_message = "api_management_network must be classic, outbound or injection: write outbound for StandardV2, or leave it out."
  }

  validation {
    condition     = var.api_management_network == null || var.api_management_network == "classic" || var.nat_gateway_enabled
    error_message = "api_management_network of a V2 tier has no way out without a NAT gateway: set nat_gateway_enabled to true, or take classic."
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
