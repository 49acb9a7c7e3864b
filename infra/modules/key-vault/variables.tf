variable "name" {
  description = "Name of the vault; unique in all of Azure, and taken for as long as a deleted vault can be recovered."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name)) && !strcontains(var.name, "--")
    error_message = "name must have 3 to 24 lower case letters, digits or single dashes, begin with a letter and not end with a dash: choose a name such as kv-orders-dev."
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

variable "sku" {
  description = "Standard, or premium for keys in hardware."
  type        = string
  default     = "standard"
  nullable    = false

  validation {
    condition     = contains(["standard", "premium"], var.sku)
    error_message = "sku must be standard or premium, in lower case: leave it out unless keys must be in hardware."
  }
}

variable "purge_protection_enabled" {
  description = "Keep what was deleted until its time is over, whoever asks; once on it cannot be turned off."
  type        = bool
  default     = true
  nullable    = false
}

variable "soft_delete_retention_days" {
  description = "Days in which what was deleted can be recovered; for the life of the vault."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.soft_delete_retention_days >= 7 && var.soft_delete_retention_days <= 90 && floor(var.soft_delete_retention_days) == var.soft_delete_retention_days
    error_message = "soft_delete_retention_days must be a whole number from 7 to 90: write 7 for what is made and removed often."
  }
}

variable "private_endpoint" {
  description = "Subnet and private DNS zone by which the vault is reached from inside; null makes no private endpoint."
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
    condition     = var.private_endpoint == null || can(regex("/privateDnsZones/privatelink[.]vaultcore[.]azure[.]net$", var.private_endpoint.private_dns_zone_id))
    error_message = "private_endpoint.private_dns_zone_id must be the id of the zone privatelink.vaultcore.azure.net: take it from the private_dns_zone_ids output of the network module."
  }

  validation {
    condition     = var.private_endpoint != null || length(var.allowed_ip_ranges) > 0
    error_message = "private_endpoint is left out while allowed_ip_ranges is empty, so that nobody could reach the vault: give private_endpoint, or name the ranges that may come in."
  }
}

variable "allowed_ip_ranges" {
  description = "Public ranges that may reach the vault besides the private endpoint; [] closes it to the internet."
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
  description = "Who may do what with the vault's contents, by a name of your choice."
  type = map(object({
    role           = string
    principal_id   = string
    principal_type = optional(string, "ServicePrincipal")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for assignment in var.role_assignments : contains(["Key Vault Secrets User", "Key Vault Secrets Officer", "Key Vault Certificate User", "Key Vault Certificates Officer", "Key Vault Crypto User", "Key Vault Reader", "Key Vault Administrator"], assignment.role)])
    error_message = "role_assignments may give roles on the contents of a vault (Key Vault Secrets User, Secrets Officer, Certificate User, Certificates Officer, Crypto User, Reader, Administrator) only: choose the least of them that serves."
  }

  validation {
    condition     = alltrue([for assignment in var.role_assignments : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", assignment.principal_id))])
    error_message = "role_assignments need principal_id as an object id (UUID), not a name or client id: give it the principal_id output of the workload-identity module."
  }

  validation {
    condition     = alltrue([for assignment in var.role_assignments : contains(["ServicePrincipal", "Group", "User"], assignment.principal_type)])
    error_message = "role_assignments take principal_type ServicePrincipal, Group or User: leave it out for a managed identity."
  }
}

variable "diagnostics" {
  description = "Workspace that keeps who read which secret; null keeps no such log."
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
