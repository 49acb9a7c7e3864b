# A cluster that is safe as it comes: people sign in with Entra, workloads with federated identities, pods get
# addresses of an overlay with Cilium's policies, and nodes are patched in the window that is given.

locals {
  # Cilium's policies need Cilium's data plane; one without the other plans and does not work.
  data_planes = { cilium = "cilium", calico = "azure" }
  zones       = length(var.zones) > 0 ? var.zones : null
}

resource "azurerm_kubernetes_cluster" "this" {
  # checkov:skip=CKV_AZURE_115: private_cluster_enabled is for whoever has agents inside the network; hosted ones could not deploy.
  # checkov:skip=CKV_AZURE_117: Disks are encrypted by keys of the platform; keys of one's own are one more thing to lose.
  # checkov:skip=CKV_AZURE_168: Azure's number for an overlay is 250.
  # checkov:skip=CKV_AZURE_226: Not every size has a temporary disk that is large enough.
  # checkov:skip=CKV_AZURE_227: The subscription must be registered for EncryptionAtHost first.

  name                = var.name
  location            = var.location
  resource_group_name = var.resource_group_name
  dns_prefix          = var.name
  kubernetes_version  = var.kubernetes_version
  sku_tier            = var.sku_tier

  # The nodes' own group is named after the cluster's, so that both are found by one search.
  node_resource_group = "${var.resource_group_name}-nodes"

  local_account_disabled            = true
  role_based_access_control_enabled = true
  run_command_enabled               = false
  oidc_issuer_enabled               = true
  workload_identity_enabled         = true
  azure_policy_enabled              = true
  cost_analysis_enabled             = var.sku_tier != "Free"
  image_cleaner_enabled             = true
  image_cleaner_interval_hours      = 168
  automatic_upgrade_channel         = var.upgrade_channel
  node_os_upgrade_channel           = var.node_os_upgrade_channel
  private_cluster_enabled           = var.private_cluster_enabled

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled     = true
    tenant_id              = var.tenant_id
    admin_group_object_ids = length(var.admin_group_object_ids) > 0 ? var.admin_group_object_ids : null
  }

  dynamic "api_server_access_profile" {
    for_each = length(var.api_server_authorized_ranges) > 0 ? [1] : []

    content {
      authorized_ip_ranges = var.api_server_authorized_ranges
    }
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.control_plane.id]
  }

  default_node_pool {
    name                         = "system"
    temporary_name_for_rotation  = "systemtmp"
    vm_size                      = var.system_pool.vm_size
    auto_scaling_enabled         = true
    min_count                    = var.system_pool.min_count
    max_count                    = var.system_pool.max_count
    zones                        = local.zones
    vnet_subnet_id               = var.subnet_id
    os_sku                       = var.os_sku
    only_critical_addons_enabled = var.user_pool != null
    node_labels                  = {}
    tags                         = var.tags

    upgrade_settings {
      max_surge                = "33%"
      drain_timeout_in_minutes = 30
    }
  }

  # Pools are written down here; Azure does not add any by itself.
  node_provisioning_profile {
    mode = "Manual"
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = local.data_planes[var.network_policy]
    network_policy      = var.network_policy
    load_balancer_sku   = "standard"
    outbound_type       = var.outbound_type
    pod_cidr            = "192.168.0.0/16"
    service_cidr        = "172.16.0.0/16"
    dns_service_ip      = "172.16.0.10"
  }

  key_vault_secrets_provider {
    secret_rotation_enabled  = true
    secret_rotation_interval = "2m"
  }

  dynamic "oms_agent" {
    for_each = var.monitoring == null ? [] : [var.monitoring]

    content {
      log_analytics_workspace_id      = oms_agent.value.workspace_id
      msi_auth_for_monitoring_enabled = true
    }
  }

  # Metrics for Prometheus; like the agent above it collects only by an associated rule.
  dynamic "monitor_metrics" {
    for_each = var.prometheus == null ? [] : [1]

    content {}
  }

  dynamic "microsoft_defender" {
    for_each = var.defender == null ? [] : [var.defender]

    content {
      log_analytics_workspace_id = microsoft_defender.value.workspace_id
    }
  }

  maintenance_window_auto_upgrade {
    frequency   = "Weekly"
    interval    = 1
    day_of_week = var.maintenance.day_of_week
    start_time  = var.maintenance.start_time
    utc_offset  = "+00:00"
    duration    = var.maintenance.hours
  }

  maintenance_window_node_os {
    frequency   = "Weekly"
    interval    = 1
    day_of_week = var.maintenance.day_of_week
    start_time  = var.maintenance.start_time
    utc_offset  = "+00:00"
    duration    = var.maintenance.hours
  }

  tags = var.tags

  lifecycle {
    # The autoscaler moves the count and the channel the version; neither is a change to undo.
    ignore_changes = [
      default_node_pool[0].node_count,
      kubernetes_version,
    ]
  }

  depends_on = [azurerm_role_assignment.control_plane_network]
}
