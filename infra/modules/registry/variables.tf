variable "name" {
  description = "Name of the registry; unique in all of Azure."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{5,50}$", var.name))
    error_message = "name must have 5 to 50 lower case letters and digits and nothing else: write acrordersdev, not acr-orders-dev."
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

variable "sku" {
  description = "Basic, Standard or Premium; zones, retention of untagged manifests and private access need Premium."
  type        = string
  default     = "Standard"
  nullable    = false

  validation {
    condition     = contains(["Basic", "Standard", "Premium"], var.sku)
    error_message = "sku must be Basic, Standard or Premium: choose Standard for dev, Premium for prod."
  }
}

variable "zone_redundancy_enabled" {
  description = "Keep the images in several zones. It is for the life of the registry: changing it replaces the registry with its images."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.zone_redundancy_enabled || var.sku == "Premium"
    error_message = "zone_redundancy_enabled needs sku Premium: set sku to Premium, or zone_redundancy_enabled to false."
  }
}

variable "public_network_access_enabled" {
  description = "Let the registry be reached from outside the network (with an identity), as builds on hosted agents must."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.public_network_access_enabled || var.sku == "Premium"
    error_message = "public_network_access_enabled can be false with sku Premium only: set sku to Premium, or public_network_access_enabled to true."
  }
}

variable "untagged_retention_in_days" {
  description = "Days after which manifests without a tag are deleted; null keeps them. Premium only."
  type        = number
  default     = null

  validation {
    condition     = var.untagged_retention_in_days == null || var.sku == "Premium"
    error_message = "untagged_retention_in_days needs sku Premium: set sku to Premium, or leave untagged_retention_in_days out."
  }

  validation {
    condition     = var.untagged_retention_in_days == null || try(var.untagged_retention_in_days >= 0 && var.untagged_retention_in_days <= 365, false)
    error_message = "untagged_retention_in_days must be 0 to 365: choose a number of days in that range, or leave it out."
  }
}

variable "pull_principal_ids" {
  description = "Who may pull: a name of your choice to the object id of a managed identity."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in var.pull_principal_ids : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "pull_principal_ids must hold object ids (UUIDs), not names: give it the kubelet_object_id output of the aks module."
  }
}

variable "push_principal_ids" {
  description = "Who may push and pull: a name of your choice to the object id of a managed identity, such as that of a pipeline."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in var.push_principal_ids : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "push_principal_ids must hold object ids (UUIDs), not names: take them from `az identity show --name NAME --query principalId`."
  }
}

variable "private_endpoint" {
  description = "Subnet and private DNS zone by which nodes reach the registry from inside; null makes no private endpoint."
  type = object({
    subnet_id           = string
    private_dns_zone_id = string
  })
  default = null

  validation {
    condition     = var.private_endpoint == null || can(regex("/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "private_endpoint.subnet_id must be the id of a subnet: give it the private_endpoints_subnet_id output of the network module."
  }

  validation {
    condition     = var.private_endpoint == null || can(regex("/privateDnsZones/privatelink[.]azurecr[.]io$", var.private_endpoint.private_dns_zone_id))
    error_message = "private_endpoint.private_dns_zone_id must be the id of the zone privatelink.azurecr.io: take it from the private_dns_zone_ids output of the network module."
  }

  validation {
    condition     = var.private_endpoint == null || var.sku == "Premium"
    error_message = "private_endpoint needs sku Premium: set sku to Premium, or leave private_endpoint out."
  }

  validation {
    condition     = var.private_endpoint != null || var.public_network_access_enabled
    error_message = "private_endpoint is left out while public_network_access_enabled is false, so that nobody could pull: give private_endpoint."
  }
}

variable "replica_locations" {
  description = "Other regions that hold a copy of the images. Premium only."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for location in var.replica_locations : can(regex("^[a-z][a-z0-9]+$", location))])
    error_message = "replica_locations must hold short names of regions: write northeurope, not \"North Europe\"."
  }

  validation {
    condition     = length(var.replica_locations) == 0 || var.sku == "Premium"
    error_message = "replica_locations need sku Premium: set sku to Premium, or leave replica_locations out."
  }

  validation {
    condition     = !contains(var.replica_locations, var.location)
    error_message = "replica_locations must not hold location, where the registry is already: take it out."
  }
}

variable "tokens" {
  description = "Tokens by name, each with access (pull, push or admin) to some repositories, for callers outside of Azure."
  type = map(object({
    access       = string
    repositories = set(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, token in var.tokens : can(regex("^[a-z0-9][a-z0-9-]{4,48}$", name))])
    error_message = "tokens must have names of 5 to 49 lower case letters, digits or dashes: write ci-push, since push is too short."
  }

  validation {
    condition     = alltrue([for token in var.tokens : contains(["pull", "push", "admin"], token.access) && length(token.repositories) > 0])
    error_message = "tokens need access pull, push or admin, and one repository at least: write { ci-push = { access = \"push\", repositories = [\"api\"] } }."
  }

  validation {
    condition     = alltrue([for token in var.tokens : alltrue([for repository in token.repositories : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", repository))])])
    error_message = "tokens name repositories in lower case without tag or wildcard: write orders/api."
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
