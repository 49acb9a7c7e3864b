variable "name" {
  description = "Name of the workload in its environment; the identity is called after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,123}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 125 lower case letters, digits or dashes, begin with a letter and not end with a dash: choose a name such as orders-dev-api."
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

variable "oidc_issuer_url" {
  description = "Issuer of the cluster's tokens: the oidc_issuer_url output of the aks module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://[^/]+/", var.oidc_issuer_url))
    error_message = "oidc_issuer_url must be an https address with a path: give it the oidc_issuer_url output of the aks module."
  }
}

variable "service_accounts" {
  description = "Service accounts that may act as the identity, by a name of your choice for the credential."
  type = map(object({
    namespace = string
    name      = string
  }))
  nullable = false

  validation {
    condition     = length(var.service_accounts) >= 1 && length(var.service_accounts) <= 20
    error_message = "service_accounts must be 1 to 20: Azure takes no more credentials for one identity; make a second identity."
  }

  validation {
    condition     = alltrue([for key, account in var.service_accounts : can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$", key))])
    error_message = "service_accounts must be named with 3 to 120 letters, digits, dashes or underscores: write { api = { namespace = \"orders\", name = \"api\" } }."
  }

  validation {
    condition     = alltrue([for account in var.service_accounts : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", account.namespace)) && can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", account.name))])
    error_message = "service_accounts need namespace and name as Kubernetes has them, without wildcards: write namespace = \"orders\" and name = \"api\"."
  }
}

variable "role_assignments" {
  description = "What the identity may do and where, by a name of your choice."
  type = map(object({
    scope = string
    role  = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for assignment in var.role_assignments : startswith(assignment.scope, "/subscriptions/")])
    error_message = "role_assignments need scope as the id of a resource, group or subscription: give it an id output of a module."
  }

  validation {
    condition     = alltrue([for assignment in var.role_assignments : trimspace(assignment.role) != "" && !contains(["Owner", "Contributor", "User Access Administrator", "Role Based Access Control Administrator"], assignment.role)])
    error_message = "role_assignments may not make a workload an administrator (Owner, Contributor and the like): name the role of the one service it uses, such as Storage Blob Data Contributor."
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
