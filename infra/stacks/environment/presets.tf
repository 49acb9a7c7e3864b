# What a tier means is in presets.csv, one column each; `free` is the column of a subscription without credit. Sizes are
# those of the environment model.

locals {
  column = var.free_subscription ? "free" : var.tier
  preset = { for row in csvdecode(file("${path.module}/presets.csv")) : row.setting => row[local.column] }

  # The tier's zones, as far as Azure has them for this subscription in this region.
  zones_there = sort([for zone in data.azurerm_location.this.zone_mappings : zone.logical_zone])
  zones       = var.zones != null ? var.zones : [for zone in compact(split(" ", local.preset.zones)) : zone if contains(local.zones_there, zone)]

  # Copies in several zones of a region need zones; the nearest that is left keeps them in one.
  without_zones       = { ZRS = "LRS", GZRS = "GRS", ZoneRedundant = "LocallyRedundant" }
  storage_replication = length(local.zones_there) > 0 ? local.preset.storage_replication : lookup(local.without_zones, local.preset.storage_replication, local.preset.storage_replication)
  backup_redundancy   = length(local.zones_there) > 0 ? local.preset.backup_redundancy : lookup(local.without_zones, local.preset.backup_redundancy, local.preset.backup_redundancy)

  sizes = {
    free   = { vm_size = "Standard_B2s_v2", min = 1, max = 2 }
    small  = { vm_size = "Standard_D2ds_v5", min = 1, max = 3 }
    medium = { vm_size = "Standard_D4ds_v5", min = 2, max = 5 }
    large  = { vm_size = "Standard_D8ds_v5", min = 3, max = 10 }
  }
  size = local.sizes[var.free_subscription ? "free" : var.size]

  workload_nodes = {
    vm_size   = local.size.vm_size
    min_count = max(local.size.min, local.preset.least_nodes)
    max_count = max(local.size.max, local.preset.least_nodes)
  }

  system_nodes = {
    vm_size   = "Standard_D2ds_v5"
    min_count = tonumber(local.preset.least_nodes)
    max_count = 4
  }
}

locals {
  # Where copies of prod's images are kept, for each region of the environment model: a region with zones nearby.
  other_regions = {
    australiaeast      = "southeastasia"
    canadacentral      = "eastus2"
    eastus2            = "westus3"
    francecentral      = "germanywestcentral"
    germanywestcentral = "francecentral"
    northeurope        = "westeurope"
    norwayeast         = "swedencentral"
    swedencentral      = "norwayeast"
    switzerlandnorth   = "germanywestcentral"
    uksouth            = "northeurope"
    westeurope         = "northeurope"
    westus3            = "eastus2"
  }

  registry_replicas = var.registry_replica_locations != null ? var.registry_replica_locations : toset(
    tobool(local.preset.registry_in_two_regions) ? compact([lookup(local.other_regions, var.location, "")]) : []
  )
}

# What Azure says of the region, in this subscription.
data "azurerm_location" "this" {
  location = var.location
}
