variable "name" {
  description = "Name of the server; unique in all of Azure."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 63 lower case letters, digits or dashes, begin with a letter and not end with a dash: choose a name such as psql-orders-dev."
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

variable "postgres_version" {
  description = "Major version of PostgreSQL."
  type        = string
  default     = "18"
  nullable    = false

  validation {
    condition     = contains(["15", "16", "17", "18"], var.postgres_version)
    error_message = "postgres_version must be 15, 16, 17 or 18: earlier versions are near the end of their support."
  }
}

variable "sku_name" {
  description = "Size of the server: B_ is burstable, GP_ for general purpose, MO_ for much memory."
  type        = string
  default     = "GP_Standard_D2ds_v5"
  nullable    = false

  validation {
    condition     = can(regex("^(B|GP|MO)_Standard_[A-Za-z0-9_]+$", var.sku_name))
    error_message = "sku_name must begin with B_, GP_ or MO_: write B_Standard_B1ms for dev, GP_Standard_D2ds_v5 for prod."
  }
}

variable "storage_gb" {
  description = "Gigabytes of storage to begin with; it grows by itself and never shrinks."
  type        = number
  default     = 32
  nullable    = false

  validation {
    condition     = contains([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384], var.storage_gb)
    error_message = "storage_gb must be 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192 or 16384: Azure has no sizes between."
  }
}

variable "zone" {
  description = "Zone of a server without standby; null lets Azure choose."
  type        = string
  default     = null

  validation {
    condition     = var.zone == null || contains(["1", "2", "3"], coalesce(var.zone, "none"))
    error_message = "zone must be 1, 2 or 3: leave it out (null) in a region without zones."
  }

  validation {
    condition     = var.zone == null || var.high_availability == null
    error_message = "zone is given beside high_availability, which says where both servers are: leave zone out."
  }
}

variable "high_availability" {
  description = "Zones of the server and of its standby; the same zone twice where the region has no zones to spare; null for no standby."
  type = object({
    zone         = optional(string, "1")
    standby_zone = optional(string, "2")
  })
  default = null

  validation {
    condition     = var.high_availability == null || try(contains(["1", "2", "3"], var.high_availability.zone) && contains(["1", "2", "3"], var.high_availability.standby_zone), false)
    error_message = "high_availability needs zone and standby_zone from 1 to 3: write {} for zones 1 and 2."
  }

  validation {
    condition     = var.high_availability == null || !startswith(var.sku_name, "B_")
    error_message = "high_availability needs a sku_name that begins with GP_ or MO_: Azure refuses a standby of a burstable server, and only when it is made."
  }
}

variable "backup_retention_days" {
  description = "Days back to which the server can be restored, to the minute."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 35 && floor(var.backup_retention_days) == var.backup_retention_days
    error_message = "backup_retention_days must be a whole number from 7 to 35: write 35 for prod."
  }
}

variable "geo_redundant_backup_enabled" {
  description = "Keep the backups in the paired region too; for the life of the server: changing it replaces the server with its data."
  type        = bool
  default     = false
  nullable    = false
}

variable "restore" {
  description = "Make the server as another one was at a time (UTC, as 2026-11-21T09:30:00Z); null makes an empty server."
  type = object({
    source_server_id = string
    time             = string
  })
  default = null

  validation {
    condition     = var.restore == null || can(regex("/providers/Microsoft.DBforPostgreSQL/flexibleServers/[^/]+$", var.restore.source_server_id))
    error_message = "restore.source_server_id must be the id of a flexible server: take it from `az postgres flexible-server show --query id`."
  }

  validation {
    condition     = var.restore == null || (can(formatdate("YYYY", var.restore.time)) && can(regex("Z$", var.restore.time)))
    error_message = "restore.time must be a time in UTC: write 2026-11-21T09:30:00Z."
  }
}

variable "administrators" {
  description = "Entra identities that administer the server, by a name of your choice; without one nobody could sign in."
  type = map(object({
    object_id      = string
    principal_name = string
    principal_type = string
  }))
  nullable = false

  validation {
    condition     = length(var.administrators) > 0
    error_message = "administrators must name one at least, since there is no password: give the group of those who look after the data."
  }

  validation {
    condition     = alltrue([for administrator in var.administrators : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", administrator.object_id))])
    error_message = "administrators need object_id as a UUID: take it from `az ad group show --group NAME --query id`."
  }

  validation {
    condition     = alltrue([for administrator in var.administrators : contains(["Group", "ServicePrincipal", "User"], administrator.principal_type) && trimspace(administrator.principal_name) != ""])
    error_message = "administrators need principal_type Group, ServicePrincipal or User, and principal_name, by which they sign in: write the group's display name."
  }
}

variable "databases" {
  description = "Names of the databases."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.databases : can(regex("^[a-z_][a-z0-9_-]{0,62}$", name)) && !contains(["postgres", "azure_maintenance", "azure_sys", "template0", "template1"], name)])
    error_message = "databases must have names of 1 to 63 lower case letters, digits, dashes or underscores that PostgreSQL does not use itself: write orders."
  }
}

variable "extensions" {
  description = "Extensions that databases may create, such as pg_stat_statements."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.extensions : can(regex("^[A-Za-z][A-Za-z0-9_-]*$", name))])
    error_message = "extensions must hold names of extensions, one each: see `SELECT name FROM pg_available_extensions`."
  }
}

variable "maintenance" {
  description = "When Azure may patch the server, in UTC."
  type = object({
    day_of_week = optional(string, "Sunday")
    start_hour  = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], var.maintenance.day_of_week)
    error_message = "maintenance.day_of_week must be a day in English: write Sunday."
  }

  validation {
    condition     = var.maintenance.start_hour >= 0 && var.maintenance.start_hour <= 23 && floor(var.maintenance.start_hour) == var.maintenance.start_hour
    error_message = "maintenance.start_hour must be a whole number from 0 to 23: write 1 for one o'clock at night in UTC."
  }
}

variable "private_endpoint" {
  description = "Subnet and private DNS zone by which the server is reached; there is no other way in."
  type = object({
    subnet_id           = string
    private_dns_zone_id = string
  })
  nullable = false

  validation {
    condition     = can(regex("/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "private_endpoint.subnet_id must be the id of a subnet: give it the private_endpoints_subnet_id output of the network module."
  }

  validation {
    condition     = can(regex("/privateDnsZones/privatelink[.]postgres[.]database[.]azure[.]com$", var.private_endpoint.private_dns_zone_id))
    error_message = "private_endpoint.private_dns_zone_id must be the id of the zone privatelink.postgres.database.azure.com: take it from the private_dns_zone_ids output of the network module."
  }
}

variable "diagnostics" {
  description = "Workspace that keeps the server's log; null keeps it on the server only."
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
