variable "name" {
  description = "Name of the resource group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$", var.name))
    error_message = "name must have 1 to 90 letters, digits, dots, dashes, underscores or parentheses and not end with a dot: choose a name such as rg-orders-dev."
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

variable "delete_lock_enabled" {
  description = "Refuse deletion of the group and of what is in it."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of the group."
  type        = map(string)
  default     = {}
  nullable    = false
}
