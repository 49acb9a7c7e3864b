mock_provider "azurerm" {}

variables {
  name                = "aks-orders-dev"
  location            = "westeurope"
  resource_group_name = "rg-orders-dev"
  subnet_id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.Network/virtualNetworks/vnet-orders-dev/subnets/snet-aks"
  tenant_id           = "00000000-0000-4000-8000-0000000000aa"
  system_pool         = { vm_size = "Standard_D2ds_v5", min_count = 1, max_count = 3 }
}

run "safe_as_it_comes" {
  command = plan

  assert {
    condition     = azurerm_kubernetes_cluster.this.local_account_disabled && azurerm_kubernetes_cluster.this.azure_active_directory_role_based_access_control[0].azure_rbac_enabled
    error_message = "People must sign in with Entra and have their rights from Azure RBAC."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.oidc_issuer_enabled && azurerm_kubernetes_cluster.this.workload_identity_enabled
    error_message = "Workloads must be able to sign in with federated identities."
  }

  assert {
    condition = (
      azurerm_kubernetes_cluster.this.network_profile[0].network_plugin_mode == "overlay" &&
      azurerm_kubernetes_cluster.this.network_profile[0].network_data_plane == "cilium" &&
      azurerm_kubernetes_cluster.this.network_profile[0].network_policy == "cilium"
    )
    error_message = "The network must be an overlay with Cilium's data plane and policies; one without the other does not work in Azure."
  }

  assert {
    condition     = !azurerm_kubernetes_cluster.this.run_command_enabled && azurerm_kubernetes_cluster.this.azure_policy_enabled
    error_message = "Commands through Azure's management must be off, and Azure Policy on."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].zones == toset(["1", "2", "3"]) && azurerm_kubernetes_cluster.this.default_node_pool[0].auto_scaling_enabled
    error_message = "Nodes must be spread over zones and scale by themselves."
  }

  assert {
    condition     = length(azurerm_kubernetes_cluster_node_pool.this) == 0 && !azurerm_kubernetes_cluster.this.default_node_pool[0].only_critical_addons_enabled
    error_message = "Without a user pool the system pool must carry the workloads."
  }

  assert {
    condition     = length(azurerm_kubernetes_cluster.this.oms_agent) == 0 && length(azurerm_monitor_data_collection_rule_association.container_insights) == 0
    error_message = "Without monitoring nothing must be collected."
  }
}

run "user_pool" {
  command = plan

  variables {
    user_pool = { vm_size = "Standard_D4ds_v5", min_count = 2, max_count = 6 }
  }

  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this["user"].min_count == 2 && azurerm_kubernetes_cluster_node_pool.this["user"].max_count == 6
    error_message = "The user pool must scale between the counts that were asked for."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].only_critical_addons_enabled
    error_message = "With a user pool the system pool must keep workloads out."
  }
}

run "no_zones" {
  command = plan

  variables {
    zones    = []
    sku_tier = "Free"
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].zones == null
    error_message = "No zones must be written where there are none."
  }

  assert {
    condition     = !azurerm_kubernetes_cluster.this.cost_analysis_enabled
    error_message = "Cost analysis must be off on the Free tier: Azure refuses it there only when the cluster is made."
  }
}

run "monitored" {
  command = plan

  variables {
    monitoring = {
      workspace_id               = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.OperationalInsights/workspaces/log-orders-dev"
      container_insights_rule_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.Insights/dataCollectionRules/dcr-orders-dev-containers"
    }
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.oms_agent[0].msi_auth_for_monitoring_enabled && length(azurerm_monitor_data_collection_rule_association.container_insights) == 1
    error_message = "The agent must sign in by identity, and its rule must be associated with the cluster."
  }
}

run "limited_api_server" {
  command = plan

  variables {
    api_server_authorized_ranges = ["203.0.113.0/24"]
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.api_server_access_profile[0].authorized_ip_ranges == toset(["203.0.113.0/24"])
    error_message = "Only the given ranges may reach the API server."
  }
}

run "refuses_pool_without_room" {
  command = plan

  variables {
    system_pool = { vm_size = "Standard_D2ds_v5", min_count = 3, max_count = 1 }
  }

  expect_failures = [var.system_pool]
}

run "spot_pool" {
  command = plan

  variables {
    node_pools = {
      batch = { vm_size = "Standard_D4ds_v5", max_count = 20, labels = { workload = "batch" }, taints = ["workload=batch:NoSchedule"], spot = { max_price = 0.05 } }
    }
  }

  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this["batch"].priority == "Spot" && azurerm_kubernetes_cluster_node_pool.this["batch"].spot_max_price == 0.05 && azurerm_kubernetes_cluster_node_pool.this["batch"].eviction_policy == "Delete" && azurerm_kubernetes_cluster_node_pool.this["batch"].min_count == 0
    error_message = "The pool must take spot nodes at the price that was named, from none up."
  }

  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this["batch"].node_taints == tolist(["workload=batch:NoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]) && azurerm_kubernetes_cluster_node_pool.this["batch"].node_labels == tomap({ workload = "batch", "kubernetes.azure.com/scalesetpriority" = "spot" })
    error_message = "What Azure adds to spot nodes must be in the plan, which would else take it off."
  }

  assert {
    condition     = length(azurerm_kubernetes_cluster_node_pool.this["batch"].upgrade_settings) == 0
    error_message = "A spot pool refuses to surge."
  }
}

run "refuses_pools_that_cannot_be" {
  command = plan

  variables {
    node_pools = {
      Batch = { vm_size = "D4", min_count = 5, max_count = 2, taints = ["batch"], labels = { "kubernetes.azure.com/x" = "y" }, spot = { max_price = 0 } }
    }
  }

  expect_failures = [var.node_pools]
}

run "refuses_pools_that_share_a_second_name" {
  command = plan

  variables {
    node_pools = {
      batchjobs1 = { vm_size = "Standard_D4ds_v5", max_count = 2 }
      batchjobs2 = { vm_size = "Standard_D4ds_v5", max_count = 2 }
    }
  }

  expect_failures = [var.node_pools]
}

run "refuses_user_pool_without_room" {
  command = plan

  variables {
    user_pool = { vm_size = "Standard_D4ds_v5", min_count = 5, max_count = 2 }
  }

  expect_failures = [var.user_pool]
}

run "refuses_unknown_values" {
  command = plan

  variables {
    sku_tier                     = "Gold"
    upgrade_channel              = "none"
    zones                        = ["4"]
    os_sku                       = "Windows2022"
    outbound_type                = "none"
    tenant_id                    = "contoso.com"
    admin_group_object_ids       = ["admins"]
    kubernetes_version           = "latest"
    api_server_authorized_ranges = ["here"]
    maintenance                  = { hours = 2 }
    location                     = "West Europe"
    name                         = "AKS"
  }

  expect_failures = [
    var.sku_tier,
    var.upgrade_channel,
    var.zones,
    var.os_sku,
    var.outbound_type,
    var.tenant_id,
    var.admin_group_object_ids,
    var.kubernetes_version,
    var.api_server_authorized_ranges,
    var.maintenance,
    var.location,
    var.name,
  ]
}

run "refuses_bad_values" {
  command = plan

  variables {
    resource_group_name = "rg."
    subnet_id           = "snet-aks"
    monitoring          = { workspace_id = "log-orders", container_insights_rule_id = "dcr" }
    network_policy      = "azure"
    prometheus          = { rule_id = "dcr" }
    audit               = { workspace_id = "log-orders" }
    defender            = { workspace_id = "log-orders" }
    tags                = { "a%b" = "c" }
  }

  expect_failures = [
    var.resource_group_name,
    var.subnet_id,
    var.monitoring,
    var.network_policy,
    var.prometheus,
    var.audit,
    var.defender,
    var.tags,
  ]
}

run "calico_with_its_data_plane" {
  command = plan

  variables {
    network_policy = "calico"
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.network_profile[0].network_policy == "calico" && azurerm_kubernetes_cluster.this.network_profile[0].network_data_plane == "azure"
    error_message = "Calico must not be asked for on Cilium's data plane."
  }
}

run "private_api_server" {
  command = plan

  variables {
    private_cluster_enabled = true
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.private_cluster_enabled && length(azurerm_kubernetes_cluster.this.api_server_access_profile) == 0
    error_message = "The API server must answer inside only."
  }
}

run "patched_and_cleaned" {
  command = plan

  assert {
    condition     = azurerm_kubernetes_cluster.this.automatic_upgrade_channel == "patch" && azurerm_kubernetes_cluster.this.node_os_upgrade_channel == "NodeImage" && azurerm_kubernetes_cluster.this.image_cleaner_enabled
    error_message = "The cluster and its nodes must be patched, and old images removed, by themselves."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.maintenance_window_auto_upgrade[0].day_of_week == "Sunday" && azurerm_kubernetes_cluster.this.maintenance_window_node_os[0].duration == 4
    error_message = "It must happen in the window; a weekly window without a day is refused by Azure."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.key_vault_secrets_provider[0].secret_rotation_enabled
    error_message = "Secrets from vaults must follow when they change."
  }
}

run "watched" {
  command = plan

  variables {
    prometheus = { rule_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Insights/dataCollectionRules/dcr-orders-prod-prometheus" }
    audit      = { workspace_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.OperationalInsights/workspaces/log-orders-prod" }
    defender   = { workspace_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.OperationalInsights/workspaces/log-orders-prod" }
  }

  assert {
    condition     = length(azurerm_kubernetes_cluster.this.monitor_metrics) == 1 && length(azurerm_monitor_data_collection_rule_association.prometheus) == 1
    error_message = "Metrics are collected only when both the add-on and the association are there."
  }

  assert {
    condition     = toset(azurerm_monitor_diagnostic_setting.control_plane[0].enabled_log[*].category) == toset(["cluster-autoscaler", "guard", "kube-audit-admin"])
    error_message = "Changes, sign-ins and the autoscaler's decisions must be kept, and not every read."
  }

  assert {
    condition     = length(azurerm_kubernetes_cluster.this.microsoft_defender) == 1
    error_message = "Defender must be on."
  }
}

run "refuses_ranges_of_a_private_api_server" {
  command = plan

  variables {
    private_cluster_enabled      = true
    api_server_authorized_ranges = ["203.0.113.0/24"]
  }

  expect_failures = [var.api_server_authorized_ranges]
}

run "refuses_channels_that_contradict" {
  command = plan

  variables {
    upgrade_channel         = "node-image"
    node_os_upgrade_channel = "SecurityPatch"
  }

  expect_failures = [var.node_os_upgrade_channel]
}
