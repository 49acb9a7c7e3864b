# One of every type that the sandbox serves, and every data source.
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 5.2.0, < 6.0.0"
    }
  }
}

provider "azurerm" {
  features {}
}

locals {
  location = azurerm_resource_group.this.location
  group    = azurerm_resource_group.this.name
}

data "azurerm_client_config" "this" {}

data "azurerm_subscription" "this" {}

resource "azurerm_resource_group" "this" {
  name     = "rg-every"
  location = "westeurope"
  tags     = { owner = "group:default/every" }
}

data "azurerm_resource_group" "this" {
  name       = local.group
  depends_on = [azurerm_resource_group.this]
}

resource "azurerm_management_lock" "this" {
  name       = "lock"
  scope      = azurerm_storage_account.locked.id
  lock_level = "CanNotDelete"
}

resource "azurerm_consumption_budget_resource_group" "this" {
  name              = "budget"
  resource_group_id = azurerm_resource_group.this.id
  amount            = 100
  time_period {
    start_date = "2026-11-01T00:00:00Z"
  }
  notification {
    operator       = "GreaterThan"
    threshold      = 90
    contact_emails = ["owner@example.com"]
  }
}

# Network

resource "azurerm_virtual_network" "this" {
  name                = "vnet"
  location            = local.location
  resource_group_name = local.group
  address_space       = ["10.1.0.0/20"]
}

resource "azurerm_virtual_network" "other" {
  name                = "vnet-other"
  location            = local.location
  resource_group_name = local.group
  address_space       = ["10.2.0.0/20"]
}

resource "azurerm_virtual_network_peering" "this" {
  name                      = "to-other"
  resource_group_name       = local.group
  virtual_network_name      = azurerm_virtual_network.this.name
  remote_virtual_network_id = azurerm_virtual_network.other.id
}

resource "azurerm_subnet" "aks" {
  name                 = "snet-aks"
  resource_group_name  = local.group
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = ["10.1.0.0/22"]
  service_endpoint {
    service = "Microsoft.Storage"
  }
}

resource "azurerm_subnet" "database" {
  name                 = "snet-database"
  resource_group_name  = local.group
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = ["10.1.4.0/24"]
  delegation {
    name = "postgresql"
    service_delegation {
      name = "Microsoft.DBforPostgreSQL/flexibleServers"
    }
  }
}

data "azurerm_virtual_network" "this" {
  name                = azurerm_virtual_network.this.name
  resource_group_name = local.group
}

data "azurerm_subnet" "this" {
  name                 = azurerm_subnet.aks.name
  virtual_network_name = azurerm_virtual_network.this.name
  resource_group_name  = local.group
}

resource "azurerm_network_security_group" "this" {
  name                = "nsg"
  location            = local.location
  resource_group_name = local.group
}

resource "azurerm_network_security_rule" "this" {
  name                        = "web"
  resource_group_name         = local.group
  network_security_group_name = azurerm_network_security_group.this.name
  priority                    = 100
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_ranges     = ["80", "443"]
  source_address_prefix       = "Internet"
  destination_address_prefix  = "*"
}

resource "azurerm_subnet_network_security_group_association" "this" {
  subnet_id                 = azurerm_subnet.aks.id
  network_security_group_id = azurerm_network_security_group.this.id
}

resource "azurerm_route_table" "this" {
  name                = "rt"
  location            = local.location
  resource_group_name = local.group
}

resource "azurerm_route" "this" {
  name                = "default"
  resource_group_name = local.group
  route_table_name    = azurerm_route_table.this.name
  address_prefix      = "0.0.0.0/0"
  next_hop_type       = "Internet"
}

resource "azurerm_subnet_route_table_association" "this" {
  subnet_id      = azurerm_subnet.aks.id
  route_table_id = azurerm_route_table.this.id
}

resource "azurerm_public_ip" "this" {
  name                = "pip"
  location            = local.location
  resource_group_name = local.group
  allocation_method   = "Static"
  domain_name_label   = "every"
  zones               = ["1"]
}

resource "azurerm_nat_gateway" "this" {
  name                = "ng"
  location            = local.location
  resource_group_name = local.group
  zones               = ["1"]
}

resource "azurerm_nat_gateway_public_ip_association" "this" {
  nat_gateway_id       = azurerm_nat_gateway.this.id
  public_ip_address_id = azurerm_public_ip.this.id
}

resource "azurerm_subnet_nat_gateway_association" "this" {
  subnet_id      = azurerm_subnet.aks.id
  nat_gateway_id = azurerm_nat_gateway.this.id
}

resource "azurerm_dns_zone" "this" {
  name                = "example.com"
  resource_group_name = local.group
}

resource "azurerm_dns_a_record" "this" {
  name                = "api"
  zone_name           = azurerm_dns_zone.this.name
  resource_group_name = local.group
  ttl                 = 300
  records             = ["203.0.113.7"]
}

resource "azurerm_dns_cname_record" "this" {
  name                = "www"
  zone_name           = azurerm_dns_zone.this.name
  resource_group_name = local.group
  ttl                 = 300
  record              = "api.example.com"
}

resource "azurerm_private_dns_zone" "this" {
  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = local.group
}

data "azurerm_private_dns_zone" "this" {
  name       = azurerm_private_dns_zone.this.name
  depends_on = [azurerm_private_dns_zone.this]
}

resource "azurerm_private_dns_a_record" "this" {
  name                = "vault"
  private_dns_zone_id = azurerm_private_dns_zone.this.id
  ttl                 = 300
  records             = ["10.1.5.4"]
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  name                = "link"
  private_dns_zone_id = azurerm_private_dns_zone.this.id
  virtual_network_id  = azurerm_virtual_network.this.id
}

resource "azurerm_private_endpoint" "this" {
  name                = "pe-vault"
  location            = local.location
  resource_group_name = local.group
  subnet_id           = azurerm_subnet.aks.id
  private_service_connection {
    name                           = "vault"
    is_manual_connection           = false
    private_connection_resource_id = azurerm_key_vault.this.id
    subresource_names              = ["vault"]
  }
  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azurerm_private_dns_zone.this.id]
  }
}

# Identities

resource "azurerm_user_assigned_identity" "this" {
  name                = "id"
  location            = local.location
  resource_group_name = local.group
}

data "azurerm_user_assigned_identity" "this" {
  name                = azurerm_user_assigned_identity.this.name
  resource_group_name = local.group
}

resource "azurerm_federated_identity_credential" "this" {
  name                      = "api"
  user_assigned_identity_id = azurerm_user_assigned_identity.this.id
  audience                  = ["api://AzureADTokenExchange"]
  issuer                    = azurerm_kubernetes_cluster.this.oidc_issuer_url
  subject                   = "system:serviceaccount:api:api"
}

resource "azurerm_role_assignment" "by_name" {
  scope                = azurerm_container_registry.this.id
  role_definition_name = "AcrPull"
  principal_id         = azurerm_user_assigned_identity.this.principal_id
}

resource "azurerm_role_assignment" "by_id" {
  scope              = azurerm_resource_group.this.id
  role_definition_id = "${data.azurerm_subscription.this.id}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
  principal_id       = azurerm_user_assigned_identity.this.principal_id
}

resource "azurerm_key_vault" "this" {
  name                       = "kv-every"
  location                   = local.location
  resource_group_name        = local.group
  tenant_id                  = data.azurerm_client_config.this.tenant_id
  sku_name                   = "standard"
  rbac_authorization_enabled = true
}

data "azurerm_key_vault" "this" {
  name                = azurerm_key_vault.this.name
  resource_group_name = local.group
}

resource "azurerm_key_vault_secret" "this" {
  name         = "token"
  key_vault_id = azurerm_key_vault.this.id
  value        = "given"
}

resource "azurerm_key_vault_key" "this" {
  name         = "key"
  key_vault_id = azurerm_key_vault.this.id
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["encrypt", "decrypt"]
}

# Kubernetes

resource "azurerm_kubernetes_cluster" "this" {
  name                   = "aks-every"
  location               = local.location
  resource_group_name    = local.group
  dns_prefix             = "every"
  kubernetes_version     = "1.35"
  sku_tier               = "Standard"
  local_account_disabled = true
  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.this.id]
  }
  azure_active_directory_role_based_access_control {
    azure_rbac_enabled = true
    tenant_id          = data.azurerm_client_config.this.tenant_id
  }
  default_node_pool {
    name           = "system"
    vm_size        = "Standard_D2ds_v5"
    node_count     = 2
    vnet_subnet_id = azurerm_subnet.aks.id
    upgrade_settings {
      max_surge = "10%"
    }
  }
  node_provisioning_profile {
    mode = "Manual"
  }
  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
    outbound_type       = "userAssignedNATGateway"
  }
  key_vault_secrets_provider {
    secret_rotation_enabled = true
  }
  oms_agent {
    log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  }
  monitor_metrics {}
  maintenance_window_auto_upgrade {
    frequency   = "Weekly"
    interval    = 1
    day_of_week = "Sunday"
    duration    = 4
    start_time  = "02:00"
    utc_offset  = "+00:00"
  }
}

data "azurerm_kubernetes_cluster" "this" {
  name                = azurerm_kubernetes_cluster.this.name
  resource_group_name = local.group
}

resource "azurerm_kubernetes_cluster_node_pool" "this" {
  name                  = "user"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.this.id
  vm_size               = "Standard_D4ds_v5"
  auto_scaling_enabled  = true
  min_count             = 0
  max_count             = 3
  vnet_subnet_id        = azurerm_subnet.aks.id
}

resource "azurerm_kubernetes_cluster_extension" "this" {
  name           = "flux"
  cluster_id     = azurerm_kubernetes_cluster.this.id
  extension_type = "microsoft.flux"
}

resource "azurerm_kubernetes_cluster_deployment_safeguard" "this" {
  kubernetes_cluster_id = azurerm_kubernetes_cluster.this.id
  level                 = "Warn"
}

resource "azurerm_container_registry" "this" {
  name                = "acrevery"
  location            = local.location
  resource_group_name = local.group
  sku                 = "Premium"
  georeplications {
    location                        = "northeurope"
    global_endpoint_routing_enabled = true
  }
}

data "azurerm_container_registry" "this" {
  name                = azurerm_container_registry.this.name
  resource_group_name = local.group
}

resource "azurerm_container_registry_scope_map" "this" {
  name                    = "pushers"
  container_registry_name = azurerm_container_registry.this.name
  resource_group_name     = local.group
  actions                 = ["repositories/api/content/write"]
}

resource "azurerm_container_registry_token" "this" {
  name                    = "pusher"
  container_registry_name = azurerm_container_registry.this.name
  resource_group_name     = local.group
  scope_map_id            = azurerm_container_registry_scope_map.this.id
}

resource "azurerm_container_registry_token_password" "this" {
  container_registry_token_id = azurerm_container_registry_token.this.id
  password1 {}
}

# Monitoring

resource "azurerm_log_analytics_workspace" "this" {
  name                = "log-every"
  location            = local.location
  resource_group_name = local.group
}

data "azurerm_log_analytics_workspace" "this" {
  name                = azurerm_log_analytics_workspace.this.name
  resource_group_name = local.group
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "all"
  target_resource_id         = azurerm_kubernetes_cluster.this.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  enabled_log {
    category_group = "audit"
  }
  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_monitor_workspace" "this" {
  name                = "amw-every"
  location            = local.location
  resource_group_name = local.group
}

data "azurerm_monitor_workspace" "this" {
  name                = azurerm_monitor_workspace.this.name
  resource_group_name = local.group
}

resource "azurerm_monitor_data_collection_endpoint" "this" {
  name                = "dce-every"
  location            = local.location
  resource_group_name = local.group
}

resource "azurerm_monitor_data_collection_rule" "this" {
  name                        = "dcr-every"
  location                    = local.location
  resource_group_name         = local.group
  data_collection_endpoint_id = azurerm_monitor_data_collection_endpoint.this.id
  destinations {
    monitor_account {
      name               = "metrics"
      monitor_account_id = azurerm_monitor_workspace.this.id
    }
  }
  data_flow {
    streams      = ["Microsoft-PrometheusMetrics"]
    destinations = ["metrics"]
  }
  data_sources {
    prometheus_forwarder {
      name    = "prometheus"
      streams = ["Microsoft-PrometheusMetrics"]
    }
  }
}

resource "azurerm_monitor_data_collection_rule_association" "this" {
  name                    = "prometheus"
  target_resource_id      = azurerm_kubernetes_cluster.this.id
  data_collection_rule_id = azurerm_monitor_data_collection_rule.this.id
}

resource "azurerm_monitor_action_group" "this" {
  name                = "ag-every"
  resource_group_name = local.group
  short_name          = "every"
  email_receiver {
    name          = "owner"
    email_address = "owner@example.com"
  }
}

resource "azurerm_monitor_metric_alert" "this" {
  name                = "cpu"
  resource_group_name = local.group
  scopes              = [azurerm_kubernetes_cluster.this.id]
  criteria {
    metric_namespace = "Microsoft.ContainerService/managedClusters"
    metric_name      = "node_cpu_usage_percentage"
    aggregation      = "Average"
    operator         = "GreaterThan"
    threshold        = 80
  }
  action {
    action_group_id = azurerm_monitor_action_group.this.id
  }
}

resource "azurerm_monitor_activity_log_alert" "this" {
  name                = "deleted"
  location            = "global"
  resource_group_name = local.group
  scopes              = [azurerm_resource_group.this.id]
  criteria {
    category       = "Administrative"
    operation_name = "Microsoft.ContainerService/managedClusters/delete"
  }
}

resource "azurerm_monitor_alert_prometheus_rule_group" "this" {
  name                = "rules"
  location            = local.location
  resource_group_name = local.group
  scopes              = [azurerm_monitor_workspace.this.id]
  rule {
    alert      = "Restarting"
    expression = "increase(kube_pod_container_status_restarts_total[10m]) > 3"
    severity   = 3
  }
}

resource "azurerm_dashboard_grafana" "this" {
  name                  = "graf-every"
  location              = local.location
  resource_group_name   = local.group
  grafana_major_version = "12"
  identity {
    type = "SystemAssigned"
  }
}

# Data

resource "azurerm_storage_account" "this" {
  name                     = "stevery"
  location                 = local.location
  resource_group_name      = local.group
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}

resource "azurerm_storage_account" "locked" {
  name                     = "steverylocked"
  location                 = local.location
  resource_group_name      = local.group
  account_tier             = "Standard"
  account_replication_type = "RAGRS"
  blob_properties {
    versioning_enabled = true
    delete_retention_policy {
      days = 14
    }
  }
}

resource "azurerm_storage_container" "this" {
  name               = "results"
  storage_account_id = azurerm_storage_account.this.id
}

resource "azurerm_storage_management_policy" "this" {
  storage_account_id = azurerm_storage_account.this.id
  rule {
    name    = "expire"
    enabled = true
    filters {
      blob_types = ["blockBlob"]
    }
    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = 90
      }
    }
  }
}

resource "azurerm_postgresql_flexible_server" "this" {
  name                          = "psql-every"
  location                      = local.location
  resource_group_name           = local.group
  version                       = "17"
  sku_name                      = "GP_Standard_D2ds_v5"
  delegated_subnet_id           = azurerm_subnet.database.id
  private_dns_zone_id           = azurerm_private_dns_zone.this.id
  public_network_access_enabled = false
  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = false
    tenant_id                     = data.azurerm_client_config.this.tenant_id
  }
}

resource "azurerm_postgresql_flexible_server_active_directory_administrator" "this" {
  server_name         = azurerm_postgresql_flexible_server.this.name
  resource_group_name = local.group
  tenant_id           = data.azurerm_client_config.this.tenant_id
  object_id           = azurerm_user_assigned_identity.this.principal_id
  principal_name      = azurerm_user_assigned_identity.this.name
  principal_type      = "ServicePrincipal"
}

resource "azurerm_postgresql_flexible_server_configuration" "this" {
  name      = "max_connections"
  server_id = azurerm_postgresql_flexible_server.this.id
  value     = "200"
}

resource "azurerm_postgresql_flexible_server_database" "this" {
  name      = "orders"
  server_id = azurerm_postgresql_flexible_server.this.id
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "this" {
  name             = "office"
  server_id        = azurerm_postgresql_flexible_server.this.id
  start_ip_address = "203.0.113.1"
  end_ip_address   = "203.0.113.9"
}

# Backup

resource "azurerm_data_protection_backup_vault" "this" {
  name                = "bvault-every"
  location            = local.location
  resource_group_name = local.group
  datastore_type      = "VaultStore"
  redundancy          = "ZoneRedundant"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_data_protection_backup_policy_kubernetes_cluster" "this" {
  name                            = "daily"
  resource_group_name             = local.group
  vault_name                      = azurerm_data_protection_backup_vault.this.name
  backup_repeating_time_intervals = ["R/2026-11-01T02:00:00+00:00/P1D"]
  default_retention_rule {
    life_cycle {
      duration        = "P7D"
      data_store_type = "OperationalStore"
    }
  }
}

resource "azurerm_data_protection_backup_instance_kubernetes_cluster" "this" {
  name                         = "aks-every"
  location                     = local.location
  vault_id                     = azurerm_data_protection_backup_vault.this.id
  kubernetes_cluster_id        = azurerm_kubernetes_cluster.this.id
  snapshot_resource_group_name = local.group
  backup_policy_id             = azurerm_data_protection_backup_policy_kubernetes_cluster.this.id
  backup_datasource_parameters {
    volume_snapshot_enabled          = true
    cluster_scoped_resources_enabled = true
  }
}

resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "this" {
  name                  = "backup"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.this.id
  roles                 = ["Microsoft.DataProtection/backupVaults/backup-operator"]
  source_resource_id    = azurerm_data_protection_backup_vault.this.id
}

# API Management

resource "azurerm_api_management" "this" {
  name                = "apim-every"
  location            = local.location
  resource_group_name = local.group
  publisher_name      = "Every"
  publisher_email     = "owner@example.com"
  sku_name            = "StandardV2_1"
}

resource "azurerm_api_management_policy" "this" {
  api_management_id = azurerm_api_management.this.id
  xml_content       = "<policies><inbound /></policies>"
}

resource "azurerm_api_management_api" "this" {
  name                = "orders"
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.group
  revision            = "1"
  path                = "orders"
}

resource "azurerm_api_management_api_policy" "this" {
  api_name            = azurerm_api_management_api.this.name
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.group
  xml_content         = "<policies><inbound /></policies>"
}

resource "azurerm_api_management_product" "this" {
  product_id          = "partners"
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.group
  display_name        = "Partners"
  published           = true
}

resource "azurerm_api_management_product_api" "this" {
  product_id          = azurerm_api_management_product.this.product_id
  api_name            = azurerm_api_management_api.this.name
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.group
}

resource "azurerm_api_management_product_policy" "this" {
  product_id          = azurerm_api_management_product.this.product_id
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.group
  xml_content         = "<policies><inbound /></policies>"
}

resource "azurerm_api_management_subscription" "this" {
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.group
  product_id          = azurerm_api_management_product.this.id
  display_name        = "A partner"
  state               = "active"
}

# Edge

resource "azurerm_application_load_balancer" "this" {
  name                = "alb-every"
  location            = local.location
  resource_group_name = local.group
}

resource "azurerm_application_load_balancer_frontend" "this" {
  name                         = "web"
  application_load_balancer_id = azurerm_application_load_balancer.this.id
}

resource "azurerm_application_load_balancer_subnet_association" "this" {
  name                         = "edge"
  application_load_balancer_id = azurerm_application_load_balancer.this.id
  subnet_id                    = azurerm_subnet.database.id
}

resource "azurerm_web_application_firewall_policy" "this" {
  name                = "waf-every"
  location            = local.location
  resource_group_name = local.group
  managed_rules {
    managed_rule_set {
      type    = "Microsoft_DefaultRuleSet"
      version = "2.1"
    }
  }
}

resource "azurerm_application_load_balancer_security_policy" "this" {
  name                               = "waf"
  location                           = local.location
  application_load_balancer_id       = azurerm_application_load_balancer.this.id
  web_application_firewall_policy_id = azurerm_web_application_firewall_policy.this.id
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "this" {
  name                 = "restarts"
  location             = local.location
  resource_group_name  = local.group
  scopes               = [azurerm_log_analytics_workspace.this.id]
  severity             = 2
  evaluation_frequency = "PT5M"
  window_duration      = "PT15M"
  criteria {
    query                   = "KubePodInventory | where PodStatus == 'Failed'"
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }
}

data "azurerm_location" "this" {
  location = local.location
}

output "read" {
  value = {
    zones      = data.azurerm_location.this.zone_mappings[*].logical_zone
    cluster    = data.azurerm_kubernetes_cluster.this.fqdn
    pools      = one(data.azurerm_kubernetes_cluster.this.agent_pool_profile[*].count)
    registry   = data.azurerm_container_registry.this.login_server
    identity   = data.azurerm_user_assigned_identity.this.principal_id
    workspace  = data.azurerm_log_analytics_workspace.this.workspace_id
    group      = data.azurerm_resource_group.this.tags.owner
    network    = data.azurerm_virtual_network.this.address_space
    subnet     = data.azurerm_subnet.this.address_prefixes
    vault      = data.azurerm_key_vault.this.vault_uri
    zone       = data.azurerm_private_dns_zone.this.id
    prometheus = data.azurerm_monitor_workspace.this.query_endpoint
  }
}
