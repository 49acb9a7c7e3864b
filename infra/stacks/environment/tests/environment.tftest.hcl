mock_provider "azurerm" {
  mock_data "azurerm_client_config" {
    defaults = { tenant_id = "00000000-0000-4000-8000-0000000000aa" }
  }

  mock_data "azurerm_location" {
    defaults = {
      zone_mappings = [
        { logical_zone = "1", physical_zone = "westeurope-az1" },
        { logical_zone = "2", physical_zone = "westeurope-az2" },
        { logical_zone = "3", physical_zone = "westeurope-az3" },
      ]
    }
  }
}

# What Azure fills in a cluster is empty in a mock; the cluster itself is tested in its module and in the golden plans.
override_module {
  target = module.aks
  outputs = {
    id                  = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.ContainerService/managedClusters/aks-orders-dev"
    name                = "aks-orders-dev"
    principal_id        = "00000000-0000-4000-8000-0000000000ab"
    kubelet_object_id   = "00000000-0000-4000-8000-0000000000ac"
    oidc_issuer_url     = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"
    node_resource_group = "rg-orders-dev-nodes"
  }
}

variables {
  name          = "orders-dev"
  tier          = "dev"
  address_range = "10.20.16.0/20"

  owner    = "group:default/team-orders"
  location = "westeurope"

  team = {
    group_object_id = "00000000-0000-4000-8000-000000000020"
    group_name      = "team-orders"
    email           = "team-orders@example.com"
  }

  workloads = {
    api    = { service_account = "api", reads_secrets = true }
    worker = { service_account = "worker", writes_results = true }
  }
}

run "dev_is_small" {
  command = plan

  assert {
    condition     = length(local.zones) == 0 && local.workload_nodes == { vm_size = "Standard_D2ds_v5", min_count = 1, max_count = 3 }
    error_message = "Dev must be one small pool without zones."
  }

  assert {
    condition     = length(module.backup) == 0 && length(module.postgres) == 0 && length(module.edge) == 0 && module.network.outbound_type == "loadBalancer"
    error_message = "Dev must not pay for what it does not need."
  }
}

run "staging_is_like_prod_but_smaller" {
  command = plan

  variables {
    name = "orders-staging"
    tier = "staging"
    size = "medium"
  }

  assert {
    condition     = local.zones == tolist(["1", "2"]) && local.workload_nodes.min_count == 2 && module.network.outbound_type == "userAssignedNATGateway"
    error_message = "Staging must be spread over two zones, with one known way out."
  }

  assert {
    condition     = length(module.backup) == 1 && local.preset.prometheus == "true"
    error_message = "Staging must be backed up and watched."
  }
}

run "prod_survives_the_loss_of_a_zone" {
  command = plan

  variables {
    name                     = "orders-prod"
    tier                     = "prod"
    managed_database_enabled = true
    edge_enabled             = true
  }

  assert {
    condition     = local.zones == tolist(["1", "2", "3"]) && local.workload_nodes.min_count == 3 && local.system_nodes.min_count == 3
    error_message = "Prod must have a node of each pool in each zone, whatever the size."
  }

  assert {
    condition     = length(module.backup) == 1 && length(module.postgres) == 1 && length(module.edge) == 1
    error_message = "Prod must be backed up, and have what it asked for."
  }
}

run "a_free_subscription_holds_it" {
  command = plan

  variables {
    free_subscription = true
    size              = "large"
  }

  assert {
    condition     = local.workload_nodes == { vm_size = "Standard_B2s_v2", min_count = 1, max_count = 2 } && length(local.zones) == 0
    error_message = "Two nodes of two cores are all that such a subscription has."
  }
}

run "tags_cannot_be_taken" {
  command = plan

  variables {
    tags = { "moorline-owner" = "somebody", "cost-centre" = "42" }
  }

  assert {
    condition     = local.tags == { "cost-centre" = "42", "moorline-environment" = "orders-dev", "moorline-owner" = "group:default/team-orders", "moorline-tier" = "dev" }
    error_message = "The environment's own tags must stay what they are."
  }
}

run "takes_what_is_shared" {
  command = plan

  variables {
    name = "orders-prod"
    tier = "prod"
    shared = {
      registry  = { id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-moorline-platform/providers/Microsoft.ContainerRegistry/registries/acrmoorline", login_server = "acrmoorline.azurecr.io" }
      workspace = { id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-moorline-platform/providers/Microsoft.OperationalInsights/workspaces/log-moorline" }
      dns_zone  = { name = "env.example.com", resource_group_name = "rg-moorline-platform" }
    }
  }

  assert {
    condition     = length(module.registry) == 0 && output.registry == "acrmoorline.azurecr.io" && azurerm_role_assignment.shared_registry_pull[0].role_definition_name == "AcrPull" && length(azurerm_private_endpoint.shared_registry) == 1
    error_message = "Nodes must pull from the shared registry, in prod from inside."
  }

  assert {
    condition     = module.monitoring.workspace_id == var.shared.workspace.id
    error_message = "Logs must go to the shared workspace."
  }

  assert {
    condition     = azurerm_dns_a_record.gateway[0].name == "*.orders-prod" && output.domain == "orders-prod.env.example.com" && output.gateway.public_ip_name == "pip-orders-prod-gateway" && output.gateway.controller == "envoy-gateway"
    error_message = "The gateway must have an address that the domain leads to."
  }
}

run "edge_has_its_own_name" {
  command = plan

  variables {
    edge_enabled = true
    shared       = { dns_zone = { name = "env.example.com", resource_group_name = "rg-moorline-platform" } }
  }

  assert {
    condition     = length(azurerm_dns_cname_record.edge) == 1 && length(azurerm_public_ip.gateway) == 0 && output.gateway.controller == "alb-controller"
    error_message = "The domain must lead to the edge, whose controller is another one."
  }
}

run "api_management" {
  command = plan

  variables {
    tier           = "staging"
    api_management = { apis = { orders = { display_name = "Orders", path = "orders", service_url = "https://api.orders.example.com" } } }
  }

  assert {
    condition     = length(module.api_management) == 1 && local.api_management_network == "outbound"
    error_message = "API Management must reach the cluster through the network."
  }
}

run "budget_and_pools_are_passed_on" {
  command = plan

  variables {
    monthly_budget = 800
    node_pools     = { batch = { vm_size = "Standard_D4ds_v5", max_count = 5, spot = {} } }
  }
}

run "refuses_what_a_shared_registry_cannot_have" {
  command = plan

  variables {
    registry_replica_locations = ["northeurope"]
    registry_tokens            = { ci-push = { access = "push", repositories = ["api"] } }
    shared                     = { registry = { id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-moorline-platform/providers/Microsoft.ContainerRegistry/registries/acrmoorline", login_server = "acrmoorline.azurecr.io" } }
  }

  expect_failures = [var.registry_replica_locations, var.registry_tokens]
}

run "refuses_an_administrator_of_no_database" {
  command = plan

  variables {
    workloads = { postgres = { service_account = "postgres", administers_database = true } }
  }

  expect_failures = [var.workloads]
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                 = "Orders"
    owner                = "team-orders"
    size                 = "huge"
    team                 = { group_object_id = "team-orders", group_name = "", email = "team" }
    workloads            = { a = { service_account = "A" } }
    web_source_ranges    = ["Internet"]
    taken_address_ranges = ["ten"]
    tags                 = { "a/b" = "c" }
    shared               = { registry = { id = "acr", login_server = "acr" } }
    api_management       = { api = {} }
    monthly_budget       = 0

    api_server_authorized_ranges = ["office"]
  }

  expect_failures = [
    var.name,
    var.owner,
    var.size,
    var.team,
    var.workloads,
    var.web_source_ranges,
    var.taken_address_ranges,
    var.tags,
    var.shared,
    var.api_management,
    var.monthly_budget,
    var.api_server_authorized_ranges,
  ]
}

run "refuses_unknown_tier" {
  command = plan

  variables {
    tier = "test"
  }

  expect_failures = [var.tier]
}

run "refuses_display_name_of_region" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "refuses_range_off_its_border" {
  command = plan

  variables {
    address_range = "10.20.1.0/20"
  }

  expect_failures = [var.address_range]
}

run "refuses_range_inside_a_wider_one" {
  command = plan

  variables {
    taken_address_ranges = ["10.30.0.0/16", "10.20.0.0/16"]
  }

  expect_failures = [var.address_range]
}

run "refuses_range_around_a_narrower_one" {
  command = plan

  variables {
    taken_address_ranges = ["10.20.30.0/24"]
  }

  expect_failures = [var.address_range]
}

run "takes_a_range_beside_others" {
  command = plan

  variables {
    taken_address_ranges = ["10.20.0.0/20", "10.20.32.0/20", "192.168.0.0/16"]
  }
}

run "refuses_prod_in_one_zone_where_there_are_three" {
  command = plan

  variables {
    name  = "orders-prod"
    tier  = "prod"
    zones = ["1"]
  }

  expect_failures = [var.zones]
}

run "takes_prod_without_zones_where_there_are_none" {
  command = plan

  variables {
    name                     = "orders-prod"
    tier                     = "prod"
    location                 = "ukwest"
    managed_database_enabled = true
  }

  override_data {
    target = data.azurerm_location.this
    values = { zone_mappings = [] }
  }

  assert {
    condition     = length(local.zones) == 0 && local.storage_replication == "GRS" && local.backup_redundancy == "GeoRedundant"
    error_message = "Nothing may ask for zones where there are none."
  }
}

run "nodes_reach_an_api_server_that_few_may_reach" {
  command = plan

  variables {
    tier                         = "staging"
    api_server_authorized_ranges = ["203.0.113.0/24"]
  }

  override_module {
    target = module.network
    outputs = {
      outbound_ip_address         = "198.51.100.7"
      outbound_type               = "userAssignedNATGateway"
      aks_subnet_id               = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.Network/virtualNetworks/vnet-orders-dev/subnets/snet-aks"
      private_endpoints_subnet_id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.Network/virtualNetworks/vnet-orders-dev/subnets/snet-private-endpoints"
      edge_subnet_id              = null
      api_management_subnet_id    = null
      private_dns_zone_ids = {
        blob  = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
        vault = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-dev/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
      }
    }
  }

  assert {
    condition     = local.api_server_authorized_ranges == tolist(["203.0.113.0/24", "198.51.100.7/32"])
    error_message = "Nodes whose address is not among those let in cannot join the cluster."
  }
}

run "refuses_a_public_and_a_private_api_server" {
  command = plan

  variables {
    api_server_authorized_ranges = ["203.0.113.0/24"]
    private_cluster_enabled      = true
  }

  expect_failures = [var.api_server_authorized_ranges]
}

run "refuses_zones_that_are_not_there" {
  command = plan

  variables {
    location = "ukwest"
    zones    = ["1"]
  }

  override_data {
    target = data.azurerm_location.this
    values = { zone_mappings = [] }
  }

  expect_failures = [var.zones]
}

run "refuses_prod_on_a_free_subscription" {
  command = plan

  variables {
    name              = "orders-prod"
    tier              = "prod"
    free_subscription = true
  }

  expect_failures = [var.free_subscription]
}
