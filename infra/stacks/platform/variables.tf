variable "name" {
  description = "Name of the platform; the names of its resources are made of it."
  type        = string
  default     = "moorline"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 20 lower case letters, digits or dashes, begin with a letter and not end with a dash: leave it out for moorline."
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

variable "registry_name" {
  description = "Name of the registry; unique in all of Azure."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{5,50}$", var.registry_name))
    error_message = "registry_name must have 5 to 50 lower case letters and digits and nothing else: write acrmoorline and some letters of yours."
  }
}

variable "registry_replica_locations" {
  description = "Other regions with environments, which then pull from nearby and while the first region is lost."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for location in var.registry_replica_locations : can(regex("^[a-z][a-z0-9]+$", location)) && location != var.location])
    error_message = "registry_replica_locations must hold short names of regions other than location: write northeurope."
  }
}

variable "registry_tokens" {
  description = "Tokens to push, pull or administer some repositories, for callers outside of Azure: tokens of the registry module."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.registry_tokens))
    error_message = "registry_tokens must be an object of tokens by name: write { ci-push = { access = \"push\", repositories = [\"api\"] } }."
  }
}

variable "push_principal_ids" {
  description = "Who may push images: a name of your choice to the object id of a managed identity, such as that of a pipeline."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "domain" {
  description = "Domain below which environments get their hosts, as env.example.com; null when DNS is kept elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,63}$", var.domain))
    error_message = "domain must be a domain in lower case without a dot at its end: write env.example.com."
  }
}

variable "log_retention_in_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.log_retention_in_days >= 30 && var.log_retention_in_days <= 730 && floor(var.log_retention_in_days) == var.log_retention_in_days
    error_message = "log_retention_in_days must be a whole number from 30 to 730: archive what must be kept longer."
  }
}

variable "daily_log_quota_gb" {
  description = "Gigabytes a day after which collection stops until the next day, for all environments together; -1 for no limit."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.daily_log_quota_gb == -1 || var.daily_log_quota_gb >= 0.1
    error_message = "daily_log_quota_gb must be -1 (no limit) or at least 0.1: write -1 to collect everything."
  }
}

variable "monthly_budget" {
  description = "Money that the platform may cost in a month, in the currency of the subscription's bill; null tells nobody."
  type        = number
  default     = null

  validation {
    condition     = var.monthly_budget == null || try(var.monthly_budget > 0, false)
    error_message = "monthly_budget must be above 0: write 200 to begin with, or leave it out."
  }
}

variable "email" {
  description = "Address that hears of the budget; null without monthly_budget."
  type        = string
  default     = null

  validation {
    condition     = var.email == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", var.email))
    error_message = "email must be an address: write platform@example.com."
  }

  validation {
    condition     = var.email != null || var.monthly_budget == null
    error_message = "email is left out, so that nobody would hear of monthly_budget: give email."
  }
}

variable "delete_lock_enabled" {
  description = "Refuse deletion of what all environments live on."
  type        = bool
  default     = true
  nullable    = false
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
