variable "name" {
  description = "Name of the environment; namespace, resources and state are called after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 20 lower case letters, digits or dashes, begin with a letter and not end with a dash: choose a name such as orders-dev."
  }
}

variable "tier" {
  description = "How much the environment matters: dev, staging or prod. What that means is in presets.csv."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["dev", "staging", "prod"], var.tier)
    error_message = "tier must be dev, staging or prod: choose dev for trying out."
  }
}

variable "owner" {
  description = "Owner in the catalog, as group:default/team-orders."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(group|user):[a-z0-9_.-]+/[a-z0-9_.-]+$", var.owner))
    error_message = "owner must be the full reference of a group or user in the catalog: write group:default/team-orders."
  }
}

variable "team" {
  description = "Entra group that administers the cluster, the secrets and the database, and the address that alerts go to."
  type = object({
    group_object_id = string
    group_name      = string
    email           = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.team.group_object_id)) && trimspace(var.team.group_name) != ""
    error_message = "team needs group_object_id, a UUID, and group_name: take both from `az ad group show --group NAME`."
  }

  validation {
    condition     = can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", var.team.email))
    error_message = "team.email must be an address: write team-orders@example.com."
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

variable "size" {
  description = "Nodes of the workloads: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.size)
    error_message = "size must be small, medium or large: begin with small, and grow."
  }
}

variable "address_range" {
  description = "Address range of the environment: a private /20 that no other environment has."
  type        = string
  nullable    = false

  validation {
    condition     = can(cidrhost(var.address_range, 0)) && can(regex("^10[.].*/20$", var.address_range)) && try(cidrsubnet(var.address_range, 0, 0), "") == var.address_range
    error_message = "address_range must be a /20 of 10.0.0.0/8 that begins at its border: write a range such as 10.20.0.0/20."
  }

  # Two ranges overlap when they are the same once both are as wide as the wider of them.
  validation {
    condition = alltrue([for taken in var.taken_address_ranges : try(
      cidrsubnet("${cidrhost(var.address_range, 0)}/${min(20, tonumber(split("/", taken)[1]))}", 0, 0) !=
      cidrsubnet("${cidrhost(taken, 0)}/${min(20, tonumber(split("/", taken)[1]))}", 0, 0),
    true)])
    error_message = "address_range overlaps one of taken_address_ranges, so that the networks could never be joined: choose a range that is free."
  }
}

variable "taken_address_ranges" {
  description = "Ranges of other environments and of networks that this one will be joined with."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.taken_address_ranges : can(cidrhost(range, 0))])
    error_message = "taken_address_ranges must hold ranges in CIDR form: write 10.0.0.0/16."
  }
}

variable "zones" {
  description = "Zones, where the region has fewer than the tier asks for; null takes the tier's."
  type        = list(string)
  default     = null

  validation {
    condition     = var.zones == null || try(alltrue([for zone in var.zones : contains(["1", "2", "3"], zone)]) && length(distinct(var.zones)) == length(var.zones), false)
    error_message = "zones must be some of \"1\", \"2\", \"3\", each once: leave them out for the tier's, or write [] in a region without zones."
  }

  validation {
    condition     = var.zones == null || try(length(setsubtract(var.zones, data.azurerm_location.this.zone_mappings[*].logical_zone)) == 0, false)
    error_message = "zones names some that the region does not have for this subscription: leave zones out, and the tier's are taken as far as they are there."
  }

  validation {
    condition     = var.zones == null || var.tier != "prod" || try(length(var.zones) >= 2, false) || length(data.azurerm_location.this.zone_mappings) < 2
    error_message = "zones are too few for prod in a region that has more: leave zones out, or choose tier staging."
  }
}

variable "node_pools" {
  description = "Further pools, for work that wants other nodes or takes spot nodes: node_pools of the aks module."
  type        = any
  default     = {}
  nullable    = false
}

variable "network_policy" {
  description = "What enforces network policies: cilium, or calico where its own policies are in use."
  type        = string
  default     = "cilium"
  nullable    = false
}

variable "api_server_authorized_ranges" {
  description = "Ranges that may reach the API server besides the nodes; [] leaves it to sign-in alone (hosted pipeline agents have no fixed address)."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.api_server_authorized_ranges : can(cidrhost(range, 0))])
    error_message = "api_server_authorized_ranges must hold ranges in CIDR form: write 203.0.113.7/32 for one address."
  }

  validation {
    condition     = length(var.api_server_authorized_ranges) == 0 || !var.private_cluster_enabled
    error_message = "api_server_authorized_ranges limit a public API server, and private_cluster_enabled makes it private: leave one of them out."
  }
}

variable "private_cluster_enabled" {
  description = "Let the API server answer inside the network only, so that pipelines need agents there; for the life of the cluster."
  type        = bool
  default     = false
  nullable    = false
}

variable "shared" {
  description = "What the platform stack made for all environments: its output shared, or parts of it. What is left out the environment makes for itself."
  type = object({
    registry  = optional(object({ id = string, login_server = string }))
    workspace = optional(object({ id = string }))
    dns_zone  = optional(object({ name = string, resource_group_name = string }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.shared.registry == null || can(regex("/providers/Microsoft.ContainerRegistry/registries/[^/]+$", var.shared.registry.id))
    error_message = "shared.registry.id must be the id of a registry: give shared the output of the platform stack."
  }

  validation {
    condition     = var.shared.dns_zone == null || try(can(regex("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", var.shared.dns_zone.name)) && !can(regex("/", var.shared.dns_zone.resource_group_name)), false)
    error_message = "shared.dns_zone needs name, a domain such as env.example.com, and resource_group_name: give shared the output of the platform stack."
  }
}

variable "registry_replica_locations" {
  description = "Other regions that hold a copy of the images; null takes the tier's, which for prod is one nearby."
  type        = set(string)
  default     = null

  validation {
    condition     = var.registry_replica_locations == null || try(length(var.registry_replica_locations) == 0 || (local.preset.registry_sku == "Premium" && var.shared.registry == null), false)
    error_message = "registry_replica_locations need a registry of the environment's own, of tier prod: leave them out."
  }
}

variable "registry_tokens" {
  description = "Tokens to push, pull or administer some repositories, for callers outside of Azure: tokens of the registry module."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.registry_tokens) == 0 || var.shared.registry == null
    error_message = "registry_tokens are of the environment's own registry, and it has none: make them in the platform stack."
  }
}

variable "monthly_budget" {
  description = "Money that the environment may cost in a month, in the currency of the subscription's bill: the team is told before it is spent; null tells nobody."
  type        = number
  default     = null

  validation {
    condition     = var.monthly_budget == null || try(var.monthly_budget > 0, false)
    error_message = "monthly_budget must be above 0: write a little more than the estimate, or leave it out."
  }
}

variable "free_subscription" {
  description = "Make what a subscription without credit can hold, whatever the tier would ask for."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.free_subscription || var.tier == "dev"
    error_message = "free_subscription has no zones, no backup and no uptime agreement: set tier to dev, or leave free_subscription out."
  }
}

variable "workloads" {
  description = "Services that have an identity of Azure, by name, and what they may do with it."
  type = map(object({
    service_account      = string
    reads_secrets        = optional(bool, false)
    writes_results       = optional(bool, false)
    writes_backups       = optional(bool, false)
    administers_database = optional(bool, false)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, workload in var.workloads : can(regex("^[a-z][a-z0-9-]{1,28}[a-z0-9]$", name)) && can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", workload.service_account))])
    error_message = "workloads need a name of 3 to 30 lower case letters, digits or dashes, and service_account as Kubernetes has it: write { api = { service_account = \"api\" } }."
  }

  validation {
    condition     = var.managed_database_enabled || alltrue([for workload in var.workloads : !workload.administers_database])
    error_message = "workloads have one that administers_database, and there is none: set managed_database_enabled, or leave it out."
  }
}

variable "managed_database_enabled" {
  description = "Let Azure keep the PostgreSQL; without it the database runs in the cluster."
  type        = bool
  default     = false
  nullable    = false
}

variable "edge_enabled" {
  description = "Put Application Gateway for Containers and its firewall before the cluster."
  type        = bool
  default     = false
  nullable    = false
}

variable "api_management" {
  description = "Put API Management before the cluster, with apis, products and subscriptions as the api-management module takes them; null makes none."
  type        = any
  default     = null

  validation {
    condition     = var.api_management == null || try(length(setsubtract(keys(var.api_management), ["apis", "products", "subscriptions"])) == 0, false)
    error_message = "api_management takes apis, products and subscriptions and nothing else: write { apis = { … }, products = { … } }, or {} to begin with none."
  }
}

variable "web_source_ranges" {
  description = "Ranges that may reach the environment on 80 and 443; 0.0.0.0/0 opens it to everyone, [] to nobody."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for range in var.web_source_ranges : can(cidrhost(range, 0))])
    error_message = "web_source_ranges must hold ranges in CIDR form: write 203.0.113.7/32 for one address, 0.0.0.0/0 for everyone."
  }
}

variable "delete_lock_enabled" {
  description = "Refuse deletion of anything in the environment, until this is false again."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of all resources besides those of the environment, its owner and its tier."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 50 && alltrue([for key, value in var.tags : can(regex("^[^<>%&\\\\?/]{1,512}$", key)) && try(length(value) <= 256, false)])
    error_message = "tags must be 50 at most, with keys of 1 to 512 characters other than < > % & \\ ? / and values of 256 at most: rename, shorten or leave out the others."
  }
}
