variable "location" {
  description = "Azure region, as in `az account list-locations --query [].name`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "location must be a region's short name in lower case without spaces: write westeurope, not \"West Europe\"."
  }
}

variable "storage_account_name" {
  description = "Name of the account that keeps the states; unique in all of Azure."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.storage_account_name))
    error_message = "storage_account_name must have 3 to 24 lower case letters and digits and nothing else: write stmoorlinestate and some letters of yours."
  }
}

variable "replication" {
  description = "Where copies of the states are kept: LRS, ZRS, GRS, GZRS, RAGRS or RAGZRS (readable when the region is lost)."
  type        = string
  default     = "RAGZRS"
  nullable    = false

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "GZRS", "RAGRS", "RAGZRS"], var.replication)
    error_message = "replication must be LRS, ZRS, GRS, GZRS, RAGRS or RAGZRS: choose RAGRS in a region without zones."
  }
}

variable "agent_ip_ranges" {
  description = "Public ranges of your own agents, which alone may then reach the states; [] for Microsoft's hosted agents."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.agent_ip_ranges : can(cidrhost(range, 0)) && !can(regex("^(0[.]|10[.]|127[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|192[.]168[.])", range))])
    error_message = "agent_ip_ranges must hold public ranges in CIDR form: write 203.0.113.7/32 for one address."
  }
}

variable "service_connections" {
  description = "Issuer and subject that the service connections plan and apply show; {} until they are made."
  type = map(object({
    issuer  = string
    subject = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.service_connections) : contains(["plan", "apply"], name)])
    error_message = "service_connections may hold plan and apply only: they are the two that pipelines use."
  }

  validation {
    condition     = alltrue([for connection in var.service_connections : startswith(connection.issuer, "https://") && trimspace(connection.subject) != ""])
    error_message = "service_connections need issuer, an https address, and subject: copy both from the connection's page in Azure DevOps."
  }

  validation {
    condition     = length(distinct([for connection in var.service_connections : connection.subject])) == length(var.service_connections)
    error_message = "service_connections share a subject, so that whoever may plan could apply: make two connections."
  }
}

variable "delete_lock_enabled" {
  description = "Refuse deletion of the account that keeps the states."
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
