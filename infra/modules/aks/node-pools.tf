# Workloads have nodes of their own, so that a busy service cannot starve what keeps the cluster alive. Spot nodes cost a
# fraction and can be taken away at any time: AKS keeps off them whatever does not say that it can bear it.

locals {
  spot = "kubernetes.azure.com/scalesetpriority"

  node_pools = merge(
    var.user_pool == null ? {} : { user = merge(var.user_pool, { labels = {}, taints = [], spot = null }) },
    var.node_pools,
  )
}

resource "azurerm_kubernetes_cluster_node_pool" "this" {
  # checkov:skip=CKV_AZURE_168: Azure's number for an overlay is 250.
  # checkov:skip=CKV_AZURE_227: The subscription must be registered for EncryptionAtHost first.

  for_each = local.node_pools

  name                        = each.key
  temporary_name_for_rotation = "${substr(each.key, 0, 9)}tmp"
  kubernetes_cluster_id       = azurerm_kubernetes_cluster.this.id
  mode                        = "User"
  vm_size                     = each.value.vm_size
  auto_scaling_enabled        = true
  min_count                   = each.value.min_count
  max_count                   = each.value.max_count
  zones                       = local.zones
  vnet_subnet_id              = var.subnet_id
  os_sku                      = var.os_sku
  tags                        = var.tags

  # Azure adds the label and the taint of spot nodes by itself, and a plan would take them off again.
  priority        = each.value.spot == null ? "Regular" : "Spot"
  spot_max_price  = try(each.value.spot.max_price, null)
  eviction_policy = try(each.value.spot.eviction_policy, null)
  node_labels     = merge(each.value.labels, each.value.spot == null ? {} : { (local.spot) = "spot" })
  node_taints     = concat(each.value.taints, each.value.spot == null ? [] : ["${local.spot}=spot:NoSchedule"])

  # A spot pool takes none: there is no telling whether there will be a node to surge with.
  dynamic "upgrade_settings" {
    for_each = each.value.spot == null ? [1] : []

    content {
      max_surge                = "33%"
      drain_timeout_in_minutes = 30
    }
  }

  lifecycle {
    ignore_changes = [node_count, orchestrator_version]
  }
}

# There was one pool for workloads before there were several.
moved {
  from = azurerm_kubernetes_cluster_node_pool.user[0]
  to   = azurerm_kubernetes_cluster_node_pool.this["user"]
}
