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
  description = "Let the registry be reached from outside the network (with an identity)."
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
