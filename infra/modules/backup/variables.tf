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

variable "tenant_id" {
  description = "Entra tenant whose identities sign in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.tenant_id))
    error_message = "tenant_id must be a UUID: take it from `az account show --query tenantId`."
  }
}

variable "cluster" {
  description = "The cluster: outputs name, id and principal_id of the aks module."
  type = object({
    name         = string
    id           = string
    principal_id = string
  })
  nullable = false

  validation {
    condition     = can(regex("/providers/Microsoft.ContainerService/managedClusters/[^/]+$", var.cluster.id))
    error_message = "cluster.id must be the id of an AKS cluster: give it the id output of the aks module."
  }

  validation {
    condition     = can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.cluster.principal_id))
    error_message = "cluster.principal_id must be the object id (UUID) of the control plane's identity: give it the principal_id output of the aks module."
  }

  validation {
    condition     = trimspace(var.cluster.name) != ""
    error_message = "cluster.name must not be empty: give it the name output of the aks module."
  }
}

variable "storage" {
  description = "Where Kubernetes' objects are kept: an account in the same resource group that the cluster can reach, and a container in it."
  type = object({
    account_id   = string
    account_name = string
    container    = string
  })
  nullable = false

  validation {
    condition     = can(regex("/providers/Microsoft.Storage/storageAccounts/[^/]+$", var.storage.account_id))
    error_message = "storage.account_id must be the id of a storage account: give it the id output of the storage module."
  }

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.storage.account_name)) && can(regex("^[a-z0-9-]{3,63}$", var.storage.container))
    error_message = "storage.account_name and storage.container must be names, not addresses: give the name output of the storage module and one of its containers."
  }
}

variable "redundancy" {
  description = "Where copies of what the vault keeps are: LocallyRedundant, ZoneRedundant or GeoRedundant; for the life of the vault. Snapshots of volumes stay in the cluster's region."
  type        = string
  default     = "ZoneRedundant"
  nullable    = false

  validation {
    condition     = contains(["LocallyRedundant", "ZoneRedundant", "GeoRedundant"], var.redundancy)
    error_message = "redundancy must be LocallyRedundant, ZoneRedundant or GeoRedundant: choose LocallyRedundant in a region without zones."
  }
}

variable "schedule" {
  description = "When backups are taken: the time of the first of the day in UTC, and the hours between them."
  type = object({
    start_time  = optional(string, "02:00")
    every_hours = optional(number, 24)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", var.schedule.start_time))
    error_message = "schedule.start_time must be HH:MM in UTC: write 02:00."
  }

  validation {
    condition     = contains([4, 6, 8, 12, 24], var.schedule.every_hours)
    error_message = "schedule.every_hours must be 4, 6, 8, 12 or 24: write 24 for once a day."
  }
}

variable "retention_in_days" {
  description = "Days that a backup is kept."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.retention_in_days >= 1 && var.retention_in_days <= 360 && floor(var.retention_in_days) == var.retention_in_days
    error_message = "retention_in_days must be a whole number from 1 to 360: Azure keeps snapshots of a cluster no longer."
  }
}

variable "soft_delete_retention_days" {
  description = "Days in which a deleted backup can be recovered."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.soft_delete_retention_days >= 14 && var.soft_delete_retention_days <= 180 && floor(var.soft_delete_retention_days) == var.soft_delete_retention_days
    error_message = "soft_delete_retention_days must be a whole number from 14 to 180: 14 days are free of charge."
  }
}

variable "excluded_namespaces" {
  description = "Namespaces that are not worth a backup."
  type        = set(string)
  default     = ["dataprotection-microsoft", "gatekeeper-system", "kube-node-lease", "kube-public", "kube-system"]
  nullable    = false

  validation {
    condition     = alltrue([for name in var.excluded_namespaces : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", name))])
    error_message = "excluded_namespaces must hold names of namespaces, without wildcards: write kube-system."
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
