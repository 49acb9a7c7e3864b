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

variable "budget" {
  description = "Money that the group may cost in a month, in the currency of the subscription's bill, and who is told when it does; null tells nobody."
  type = object({
    amount = number
    emails = list(string)
  })
  default = null

  validation {
    condition     = var.budget == null || try(var.budget.amount > 0, false)
    error_message = "budget.amount must be above 0: write what the group may cost in a month, such as 500."
  }

  validation {
    condition     = var.budget == null || try(length(var.budget.emails) > 0 && length(var.budget.emails) <= 50 && alltrue([for address in var.budget.emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", address))]), false)
    error_message = "budget.emails must be 1 to 50 addresses: write [\"team-orders@example.com\"]."
  }
}

variable "tags" {
  description = "Tags of the group."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 50 && alltrue([for key, value in var.tags : can(regex("^[^<>%&\\\\?/]{1,512}$", key)) && try(length(value) <= 256, false)])
    error_message = "tags must be 50 at most, with keys of 1 to 512 characters other than < > % & \\ ? / and values of 256 at most: rename, shorten or leave out the others."
  }
}
