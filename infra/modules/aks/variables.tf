variable "name" {
  description = "Name of the cluster."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,52}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 54 lower case letters, digits or dashes, begin with a letter and not end with a dash: choose a name such as aks-orders-dev."
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

variable "subnet_id" {
  description = "Subnet of the nodes: the aks_subnet_id output of the network module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.subnet_id))
    error_message = "subnet_id must be the id of a subnet: give it the aks_subnet_id output of the network module."
  }
}

variable "tenant_id" {
  description = "Entra tenant whose people and groups sign in to the cluster."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.tenant_id))
    error_message = "tenant_id must be a UUID: take it from `az account show --query tenantId`."
  }
}

variable "admin_group_object_ids" {
  description = "Object ids of the Entra groups that administer the cluster."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.admin_group_object_ids : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "admin_group_object_ids must hold object ids (UUIDs), not names: take them from `az ad group show --group NAME --query id`."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of a new cluster; null takes Azure's default. Later versions come by the upgrade channel."
  type        = string
  default     = null

  validation {
    condition     = var.kubernetes_version == null || can(regex("^1\\.[0-9]{2}(\\.[0-9]+)?$", var.kubernetes_version))
    error_message = "kubernetes_version must be a minor or patch version such as 1.34 or 1.34.2: see `az aks get-versions`."
  }
}

variable "sku_tier" {
  description = "Free, Standard (uptime agreement) or Premium (long-term support) control plane."
  type        = string
  default     = "Standard"
  nullable    = false

  validation {
    condition     = contains(["Free", "Standard", "Premium"], var.sku_tier)
    error_message = "sku_tier must be Free, Standard or Premium: choose Free for dev and Standard for prod."
  }
}

variable "upgrade_channel" {
  description = "How far Azure upgrades Kubernetes by itself: patch, stable, rapid or node-image."
  type        = string
  default     = "patch"
  nullable    = false

  validation {
    condition     = contains(["patch", "stable", "rapid", "node-image"], var.upgrade_channel)
    error_message = "upgrade_channel must be patch, stable, rapid or node-image: choose patch to stay on one minor version."
  }
}

variable "node_os_upgrade_channel" {
  description = "How the nodes' operating system is patched: NodeImage (a new image each week) or SecurityPatch (sooner, at a cost)."
  type        = string
  default     = "NodeImage"
  nullable    = false

  validation {
    condition     = contains(["NodeImage", "SecurityPatch"], var.node_os_upgrade_channel)
    error_message = "node_os_upgrade_channel must be NodeImage or SecurityPatch: the others leave nodes unpatched."
  }

  validation {
    condition     = var.upgrade_channel != "node-image" || var.node_os_upgrade_channel == "NodeImage"
    error_message = "node_os_upgrade_channel must be NodeImage while upgrade_channel is node-image, and the provider says so only when the cluster is made: leave one of them out."
  }
}

variable "network_policy" {
  description = "What enforces network policies: cilium, or calico where its own policies are in use."
  type        = string
  default     = "cilium"
  nullable    = false

  validation {
    condition     = contains(["cilium", "calico"], var.network_policy)
    error_message = "network_policy must be cilium or calico: leave it out for cilium."
  }
}

variable "zones" {
  description = "Zones of the nodes; [] where the region or the subscription has none."
  type        = list(string)
  default     = ["1", "2", "3"]
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : contains(["1", "2", "3"], zone)]) && length(distinct(var.zones)) == length(var.zones)
    error_message = "zones must be some of \"1\", \"2\", \"3\", each once: write [\"1\", \"2\", \"3\"], or [] where there are none."
  }
}

variable "os_sku" {
  description = "Operating system of the nodes."
  type        = string
  default     = "AzureLinux"
  nullable    = false

  validation {
    condition     = contains(["AzureLinux", "Ubuntu"], var.os_sku)
    error_message = "os_sku must be AzureLinux or Ubuntu: leave it out for AzureLinux."
  }
}

variable "system_pool" {
  description = "Nodes that keep the cluster alive, and carry the workloads too when there is no user_pool."
  type = object({
    vm_size   = string
    min_count = number
    max_count = number
  })
  nullable = false

  validation {
    condition     = can(regex("^Standard_[A-Za-z0-9_]+$", var.system_pool.vm_size))
    error_message = "system_pool.vm_size must be the name of a size: write Standard_D2ds_v5, and see `az vm list-sizes` for others."
  }

  validation {
    condition     = var.system_pool.min_count >= 1 && var.system_pool.min_count <= var.system_pool.max_count && var.system_pool.max_count <= 1000
    error_message = "system_pool needs 1 <= min_count <= max_count <= 1000: raise max_count or lower min_count."
  }
}

variable "user_pool" {
  description = "Nodes for the workloads; null lets them run on the system pool."
  type = object({
    vm_size   = string
    min_count = number
    max_count = number
  })
  default = null

  validation {
    condition     = var.user_pool == null || can(regex("^Standard_[A-Za-z0-9_]+$", var.user_pool.vm_size))
    error_message = "user_pool.vm_size must be the name of a size: write Standard_D4ds_v5, and see `az vm list-sizes` for others."
  }

  validation {
    condition     = var.user_pool == null || try(var.user_pool.min_count >= 0 && var.user_pool.min_count <= var.user_pool.max_count && var.user_pool.max_count >= 1 && var.user_pool.max_count <= 1000, false)
    error_message = "user_pool needs 0 <= min_count <= max_count and max_count from 1 to 1000: raise max_count or lower min_count."
  }
}

variable "node_pools" {
  description = "Further pools by name, for workloads that want other nodes: taints keep the others off, labels lead them there, spot makes them cheap and unsure (max_price in dollars an hour, -1 for the usual price at most)."
  type = map(object({
    vm_size   = string
    min_count = optional(number, 0)
    max_count = number
    labels    = optional(map(string), {})
    taints    = optional(list(string), [])
    spot = optional(object({
      max_price       = optional(number, -1)
      eviction_policy = optional(string, "Delete")
    }))
  }))
  default  = {}
  nullable = false

  # Upgrades need a second name of 12 characters at most, which ends with tmp.
  validation {
    condition     = alltrue([for name in keys(var.node_pools) : can(regex("^[a-z][a-z0-9]{0,11}$", name)) && !contains(["system", "systemtmp", "user", "usertmp"], name)]) && length(distinct([for name in keys(var.node_pools) : substr(name, 0, 9)])) == length(var.node_pools)
    error_message = "node_pools must have names of 1 to 12 lower case letters and digits, other than system and user, whose first nine differ: write batch."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : can(regex("^Standard_[A-Za-z0-9_]+$", pool.vm_size))])
    error_message = "node_pools need vm_size, the name of a size: write Standard_D4ds_v5, and see `az vm list-sizes` for others."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : try(pool.min_count >= 0 && pool.min_count <= pool.max_count && pool.max_count >= 1 && pool.max_count <= 1000, false)])
    error_message = "node_pools need 0 <= min_count <= max_count and max_count from 1 to 1000: raise max_count or lower min_count."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : alltrue([for taint in pool.taints : can(regex("^[a-z0-9A-Z./_-]+=[a-zA-Z0-9._-]*:(NoSchedule|PreferNoSchedule|NoExecute)$", taint))])])
    error_message = "node_pools take taints as key=value:effect, with effect NoSchedule, PreferNoSchedule or NoExecute: write workload=batch:NoSchedule."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : alltrue([for key, value in pool.labels : can(regex("^([a-z0-9.-]+/)?[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$", key)) && !can(regex("^(kubernetes[.]azure[.]com|.*[.]?k8s[.]io|kubernetes[.]io)/", key)) && can(regex("^([a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?)?$", value))])])
    error_message = "node_pools take labels that Kubernetes takes, without those that it or Azure sets by itself: write { workload = \"batch\" }."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : try((pool.spot.max_price == -1 || pool.spot.max_price > 0) && contains(["Delete", "Deallocate"], pool.spot.eviction_policy), pool.spot == null)])
    error_message = "node_pools with spot need max_price above 0, or -1 for the usual price at most, and eviction_policy Delete or Deallocate: write spot = {} for both as they come."
  }
}

variable "outbound_type" {
  description = "How nodes reach the internet: the outbound_type output of the network module."
  type        = string
  default     = "loadBalancer"
  nullable    = false

  validation {
    condition     = contains(["loadBalancer", "userAssignedNATGateway", "userDefinedRouting"], var.outbound_type)
    error_message = "outbound_type must be loadBalancer, userAssignedNATGateway or userDefinedRouting: pass on the network module's outbound_type."
  }
}

variable "api_server_authorized_ranges" {
  description = "Ranges that may reach the API server, the nodes' own address among them where a NAT gateway is the way out; [] leaves it to sign-in alone (hosted pipeline agents have no fixed address)."
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

variable "monitoring" {
  description = "Outputs of the monitoring module; null collects nothing."
  type = object({
    workspace_id               = string
    container_insights_rule_id = string
  })
  default = null

  validation {
    condition = var.monitoring == null || (
      can(regex("/providers/Microsoft.OperationalInsights/workspaces/[^/]+$", var.monitoring.workspace_id)) &&
      can(regex("/providers/Microsoft.Insights/dataCollectionRules/[^/]+$", var.monitoring.container_insights_rule_id))
    )
    error_message = "monitoring needs ids of a workspace and a data collection rule: give it the outputs of the monitoring module by the same names."
  }
}

variable "prometheus" {
  description = "Rule by which metrics are collected, the prometheus_rule_id output of the monitoring module; null collects none."
  type = object({
    rule_id = string
  })
  default = null

  validation {
    condition     = var.prometheus == null || can(regex("/providers/Microsoft.Insights/dataCollectionRules/[^/]+$", var.prometheus.rule_id))
    error_message = "prometheus.rule_id must be the id of a data collection rule: give it the prometheus_rule_id output of the monitoring module."
  }
}

variable "audit" {
  description = "Workspace that keeps who changed what in the cluster; null keeps no such log."
  type = object({
    workspace_id = string
  })
  default = null

  validation {
    condition     = var.audit == null || can(regex("/providers/Microsoft.OperationalInsights/workspaces/[^/]+$", var.audit.workspace_id))
    error_message = "audit.workspace_id must be the id of a Log Analytics workspace: give it the workspace_id output of the monitoring module."
  }
}

variable "defender" {
  description = "Workspace of Defender for Containers, which watches nodes and images; null leaves it off."
  type = object({
    workspace_id = string
  })
  default = null

  validation {
    condition     = var.defender == null || can(regex("/providers/Microsoft.OperationalInsights/workspaces/[^/]+$", var.defender.workspace_id))
    error_message = "defender.workspace_id must be the id of a Log Analytics workspace: give it the workspace_id output of the monitoring module."
  }
}

variable "maintenance" {
  description = "When Azure may upgrade the cluster and its nodes, every week, in UTC."
  type = object({
    day_of_week = optional(string, "Sunday")
    start_time  = optional(string, "01:00")
    hours       = optional(number, 4)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], var.maintenance.day_of_week)
    error_message = "maintenance.day_of_week must be a day in English: write Sunday."
  }

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance.start_time))
    error_message = "maintenance.start_time must be HH:MM in UTC: write 01:00."
  }

  validation {
    condition     = var.maintenance.hours >= 4 && var.maintenance.hours <= 24 && floor(var.maintenance.hours) == var.maintenance.hours
    error_message = "maintenance.hours must be a whole number from 4 to 24: Azure takes no shorter window."
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
