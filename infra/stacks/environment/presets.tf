# What a tier means is in presets.csv, one column each; `free` is the column of a subscription without credit. Sizes are
# those of the environment model.

locals {
  column = var.free_subscription ? "free" : var.tier
  preset = { for row in csvdecode(file("${path.module}/presets.csv")) : row.setting => row[local.column] }

  zones = var.zones == null ? compact(split(" ", local.preset.zones)) : var.zones

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
  # The regions that the environment model offers; each has three zones.
  regions_with_zones = [
    "australiaeast", "canadacentral", "eastus2", "francecentral", "germanywestcentral", "northeurope",
    "norwayeast", "swedencentral", "switzerlandnorth", "uksouth", "westeurope", "westus3",
  ]
}
