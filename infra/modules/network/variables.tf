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
  description = "Resource group that holds the network."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.resource_group_name)) > 0
    error_message = "resource_group_name must not be empty: give it the name output of the resource-group module."
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

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
