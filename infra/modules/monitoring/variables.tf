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

variable "workspace" {
  description = "Log Analytics workspace that several environments share; null makes one."
  type = object({
    id = string
  })
  default = null

  validation {
    condition     = var.workspace == null || can(regex("/providers/Microsoft.OperationalInsights/workspaces/[^/]+$", var.workspace.id))
    error_message = "workspace.id must be the id of a Log Analytics workspace: give it the workspace_id output of the platform stack, or leave workspace out."
  }
}

variable "retention_in_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.retention_in_days >= 30 && var.retention_in_days <= 730 && floor(var.retention_in_days) == var.retention_in_days
    error_message = "retention_in_days must be a whole number from 30 to 730: archive what must be kept longer."
  }
}

variable "daily_quota_gb" {
  description = "Gigabytes a day after which collection stops until the next day; -1 for no limit."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.daily_quota_gb == -1 || var.daily_quota_gb >= 0.1
    error_message = "daily_quota_gb must be -1 (no limit) or at least 0.1: write -1 to collect everything."
  }
}

variable "collection_interval" {
  description = "How often Container Insights collects, in minutes with the unit, e.g. 1m."
  type        = string
  default     = "1m"
  nullable    = false

  validation {
    condition     = can(regex("^([1-9]|[12][0-9]|30)m$", var.collection_interval))
    error_message = "collection_interval must be 1m to 30m: write 5m to collect every five minutes."
  }
}

variable "prometheus_enabled" {
  description = "Keep the cluster's metrics in a workspace for Prometheus, which alerts and Grafana need."
  type        = bool
  default     = false
  nullable    = false
}

variable "grafana" {
  description = "Dashboards for groups of Entra; null makes none."
  type = object({
    admin_group_object_ids  = optional(set(string), [])
    viewer_group_object_ids = optional(set(string), [])
    zone_redundant          = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.grafana == null || var.prometheus_enabled
    error_message = "grafana has nothing to show without metrics: set prometheus_enabled to true, or leave grafana out."
  }

  validation {
    condition     = var.grafana == null || try(alltrue([for id in setunion(var.grafana.admin_group_object_ids, var.grafana.viewer_group_object_ids) : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))]), false)
    error_message = "grafana takes object ids (UUIDs) of groups, not names: take them from `az ad group show --group NAME --query id`."
  }
}

variable "alerts" {
  description = "Cluster that is watched, and who is told: addresses and webhooks by a name of your choice; null sends nothing."
  type = object({
    cluster_name = string
    emails       = optional(map(string), {})
    webhooks     = optional(map(string), {})
    disabled     = optional(set(string), [])
    runbooks_url = optional(string, "https://github.com/moorline/moorline/blob/main/docs/runbooks")
  })
  default = null

  validation {
    condition     = var.alerts == null || var.prometheus_enabled
    error_message = "alerts watch metrics: set prometheus_enabled to true, or leave alerts out."
  }

  validation {
    condition     = var.alerts == null || try(length(var.alerts.emails) + length(var.alerts.webhooks) > 0, false)
    error_message = "alerts would be told to nobody: give emails, such as { team = \"orders@example.com\" }, or webhooks."
  }

  validation {
    condition = var.alerts == null || try(
      alltrue([for address in var.alerts.emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", address))]) &&
      alltrue([for address in concat(values(var.alerts.webhooks), [var.alerts.runbooks_url]) : startswith(address, "https://")]) &&
      trimspace(var.alerts.cluster_name) != "",
    false)
    error_message = "alerts need cluster_name, whole addresses in emails, and https addresses in webhooks and runbooks_url: correct the one that is not."
  }

  validation {
    condition     = var.alerts == null || try(alltrue([for name in var.alerts.disabled : fileexists("${path.module}/alerts/${name}.yaml")]), false)
    error_message = "alerts disabled must be names of files in the module's folder alerts: write job-failed."
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
