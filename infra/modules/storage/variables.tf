variable "name" {
  description = "Name of the account; unique in all of Azure."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.name))
    error_message = "name must have 3 to 24 lower case letters and digits and nothing else: write stordersdev, not st-orders-dev."
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

variable "replication" {
  description = "Where copies are kept: LRS (one datacenter), ZRS (zones), GRS or GZRS (another region too), RAGRS or RAGZRS (and read there)."
  type        = string
  default     = "ZRS"
  nullable    = false

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "GZRS", "RAGRS", "RAGZRS"], var.replication)
    error_message = "replication must be LRS, ZRS, GRS, GZRS, RAGRS or RAGZRS: choose LRS for dev, ZRS or GZRS for prod."
  }
}

variable "containers" {
  description = "Names of the containers."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.containers : can(regex("^[a-z0-9](-?[a-z0-9])+$", name)) && length(name) >= 3 && length(name) <= 63])
    error_message = "containers must have names of 3 to 63 lower case letters, digits or single dashes: write worker-results."
  }
}

variable "recovery_in_days" {
  description = "Days in which deleted blobs, containers and earlier versions can be recovered."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.recovery_in_days >= 1 && var.recovery_in_days <= 365 && floor(var.recovery_in_days) == var.recovery_in_days
    error_message = "recovery_in_days must be a whole number from 1 to 365: write 7 for dev, 30 for prod."
  }
}

variable "expire_after_days" {
  description = "Days after its last change that a blob is deleted; null keeps blobs."
  type        = number
  default     = null

  validation {
    condition     = var.expire_after_days == null || try(var.expire_after_days >= 1 && var.expire_after_days <= 99999 && floor(var.expire_after_days) == var.expire_after_days, false)
    error_message = "expire_after_days must be a whole number from 1 to 99999: leave it out to keep blobs."
  }
}

variable "private_endpoint" {
  description = "Subnet and private DNS zone by which blobs are reached from inside; null makes no private endpoint."
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
    condition     = var.private_endpoint == null || can(regex("/privateDnsZones/privatelink[.]blob[.]core[.]windows[.]net$", var.private_endpoint.private_dns_zone_id))
    error_message = "private_endpoint.private_dns_zone_id must be the id of the zone privatelink.blob.core.windows.net: take it from the private_dns_zone_ids output of the network module."
  }

  validation {
    condition     = var.private_endpoint != null || length(var.allowed_ip_ranges) > 0
    error_message = "private_endpoint is left out while allowed_ip_ranges is empty, so that nobody could reach the account: give private_endpoint, or name the ranges that may come in."
  }
}

variable "allowed_ip_ranges" {
  description = "Public ranges that may reach the account besides the private endpoint; [] closes it to the internet."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for range in var.allowed_ip_ranges : (
      can(cidrhost(range, 0)) && !can(regex("^(0[.]|10[.]|127[.]|169[.]254[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|192[.]168[.])", range)) && !strcontains(range, ":")
    )])
    error_message = "allowed_ip_ranges must hold public IPv4 ranges in CIDR form, and not all of the internet: write 203.0.113.7/32 for one address; what is private comes by private_endpoint."
  }
}

variable "role_assignments" {
  description = "Who may do what with the blobs, of all containers or of one, by a name of your choice."
  type = map(object({
    role           = string
    principal_id   = string
    principal_type = optional(string, "ServicePrincipal")
    container      = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for assignment in var.role_assignments : contains(["Storage Blob Data Reader", "Storage Blob Data Contributor", "Storage Blob Data Owner", "Storage Blob Delegator"], assignment.role)])
    error_message = "role_assignments may give roles on blobs (Storage Blob Data Reader, Contributor or Owner, Storage Blob Delegator) only: choose the least of them that serves."
  }

  validation {
    condition     = alltrue([for assignment in var.role_assignments : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", assignment.principal_id))])
    error_message = "role_assignments need principal_id as an object id (UUID), not a name or client id: give it the principal_id output of the workload-identity module."
  }

  validation {
    condition     = alltrue([for assignment in var.role_assignments : contains(["ServicePrincipal", "Group", "User"], assignment.principal_type)])
    error_message = "role_assignments take principal_type ServicePrincipal, Group or User: leave it out for a managed identity."
  }

  validation {
    condition     = alltrue([for assignment in var.role_assignments : assignment.container == null || try(contains(var.containers, assignment.container), false)])
    error_message = "role_assignments name a container that is not among containers: add it there, or leave it out for all of them."
  }
}

variable "diagnostics" {
  description = "Workspace that keeps who read and wrote what; null keeps no such log."
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
