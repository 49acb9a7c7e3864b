mock_provider "azurerm" {}

variables {
  name                = "orders-dev"
  location            = "westeurope"
  resource_group_name = "rg-orders-dev"
  address_range       = "10.20.16.0/20"
}

run "splits_the_range_without_overlap" {
  command = plan

  assert {
    condition     = azurerm_subnet.aks.address_prefixes == tolist(["10.20.16.0/22"])
    error_message = "Nodes must have the first quarter of the range."
  }

  assert {
    condition     = azurerm_subnet.private_endpoints.address_prefixes == tolist(["10.20.20.0/26"])
    error_message = "Private endpoints must have a /26 right after the nodes."
  }

  assert {
    condition     = !azurerm_subnet.aks.default_outbound_access_enabled && !azurerm_subnet.private_endpoints.default_outbound_access_enabled
    error_message = "No subnet may have Azure's implicit way out."
  }
}

run "denies_first" {
  command = plan

  assert {
    condition     = alltrue([for rule in azurerm_network_security_rule.deny_inbound : rule.priority == 4096 && rule.access == "Deny" && rule.source_address_prefix == "*"])
    error_message = "Each subnet must end with a rule that denies everything."
  }

  assert {
    condition     = toset(azurerm_network_security_rule.aks_web[0].destination_port_ranges) == toset(["80", "443"])
    error_message = "Only web ports may be open to outside."
  }
}

run "closed_when_nobody_may_come_in" {
  command = plan

  variables {
    web_source_ranges = []
  }

  assert {
    condition     = length(azurerm_network_security_rule.aks_web) == 0
    error_message = "An empty list must open nothing."
  }
}

run "nat_gateway" {
  command = plan

  variables {
    nat_gateway_zone = "1"
  }

  assert {
    condition     = azurerm_nat_gateway.this[0].sku_name == "Standard" && azurerm_nat_gateway.this[0].zones == toset(["1"])
    error_message = "The gateway must be Standard, in one zone."
  }

  assert {
    condition     = azurerm_public_ip.outbound[0].allocation_method == "Static" && azurerm_public_ip.outbound[0].sku == "Standard"
    error_message = "The gateway's address must be static."
  }

  assert {
    condition     = output.outbound_type == "userAssignedNATGateway"
    error_message = "The cluster must be told to use the gateway."
  }
}

run "no_nat_gateway" {
  command = plan

  variables {
    nat_gateway_enabled = false
  }

  assert {
    condition     = length(azurerm_nat_gateway.this) == 0 && length(azurerm_subnet_nat_gateway_association.aks) == 0
    error_message = "There must be no gateway."
  }

  assert {
    condition     = output.outbound_type == "loadBalancer" && output.outbound_ip_address == null
    error_message = "The cluster must be told to use its load balancer."
  }
}

run "nat_gateway_in_every_zone" {
  command = plan

  variables {
    nat_gateway_zone_redundant = true
  }

  assert {
    condition     = azurerm_nat_gateway.this[0].sku_name == "StandardV2" && azurerm_nat_gateway.this[0].zones == null
    error_message = "The gateway must be StandardV2, which refuses zones."
  }

  assert {
    condition     = azurerm_public_ip.outbound[0].sku == "StandardV2"
    error_message = "Its address must be of the same kind; Azure refuses another only when both are made."
  }
}

run "private_names" {
  command = plan

  variables {
    private_services = ["blob", "postgres", "registry", "vault"]
  }

  assert {
    condition = toset([for zone in azurerm_private_dns_zone.this : zone.name]) == toset([
      "privatelink.azurecr.io",
      "privatelink.blob.core.windows.net",
      "privatelink.postgres.database.azure.com",
      "privatelink.vaultcore.azure.net",
    ])
    error_message = "Each service must have the zone that Azure looks its private endpoint up in."
  }

  assert {
    condition     = alltrue([for link in azurerm_private_dns_zone_virtual_network_link.this : !link.registration_enabled]) && length(azurerm_private_dns_zone_virtual_network_link.this) == 4
    error_message = "Each zone must be asked by the network, and machines must not register in it."
  }
}

run "api_management_of_the_newer_tiers" {
  command = plan

  variables {
    api_management_network = "outbound"
  }

  assert {
    condition     = azurerm_subnet.api_management[0].address_prefixes == tolist(["10.20.20.64/26"]) && azurerm_subnet.api_management[0].delegation[0].service_delegation[0].name == "Microsoft.Web/serverFarms"
    error_message = "The service must have a /26 beside the private endpoints, delegated to it."
  }

  assert {
    condition     = length(azurerm_network_security_rule.api_management) == 0 && contains(keys(azurerm_network_security_rule.deny_inbound), "api-management")
    error_message = "A service that only goes out must let nothing in."
  }

  assert {
    condition     = azurerm_network_security_rule.aks_from_api_management[0].source_address_prefix == "10.20.20.64/26" && length(azurerm_subnet_nat_gateway_association.api_management) == 1
    error_message = "It must reach the cluster's gateway, and go out by the one known address."
  }
}

run "api_management_of_the_classic_tiers" {
  command = plan

  variables {
    api_management_network = "classic"
    web_source_ranges      = ["203.0.113.0/24", "198.51.100.0/24"]
  }

  assert {
    condition     = length(azurerm_subnet.api_management[0].delegation) == 0
    error_message = "Classic tiers refuse a delegated subnet."
  }

  assert {
    condition     = azurerm_network_security_rule.api_management["management"].source_address_prefix == "ApiManagement" && azurerm_network_security_rule.api_management["management"].destination_port_ranges == toset(["3443"])
    error_message = "Azure must be able to manage the service."
  }

  assert {
    condition     = azurerm_network_security_rule.api_management["web"].source_address_prefixes == toset(["203.0.113.0/24", "198.51.100.0/24"])
    error_message = "Only those who may come in may call."
  }
}

run "refuses_api_management_without_a_way_out" {
  command = plan

  variables {
    api_management_network = "outbound"
    nat_gateway_enabled    = false
  }

  expect_failures = [var.api_management_network]
}

run "refuses_an_unknown_kind_of_api_management" {
  command = plan

  variables {
    api_management_network = "v3"
  }

  expect_failures = [var.api_management_network]
}

run "edge" {
  command = plan

  variables {
    edge_enabled      = true
    web_source_ranges = ["203.0.113.0/24"]
  }

  assert {
    condition     = azurerm_subnet.edge[0].address_prefixes == tolist(["10.20.22.0/24"]) && azurerm_subnet.edge[0].delegation[0].service_delegation[0].name == "Microsoft.ServiceNetworking/trafficControllers"
    error_message = "The edge must have a /24 of its own, delegated to Application Gateway for Containers."
  }

  assert {
    condition     = azurerm_network_security_rule.edge_web[0].source_address_prefixes == toset(["203.0.113.0/24"]) && contains(keys(azurerm_network_security_rule.deny_inbound), "edge")
    error_message = "The edge must let in the web from the given ranges, and nothing else."
  }

  assert {
    condition     = azurerm_network_security_rule.aks_from_edge[0].source_address_prefix == "10.20.22.0/24"
    error_message = "The pods must let in the edge, and the edge only."
  }
}

run "nothing_that_is_not_asked_for" {
  command = plan

  assert {
    condition     = length(azurerm_private_dns_zone.this) == 0 && length(azurerm_subnet.edge) == 0 && output.edge_subnet_id == null
    error_message = "Private names and the edge must come only when they are asked for."
  }
}

run "refuses_other_sizes" {
  command = plan

  variables {
    address_range = "10.20.0.0/16"
  }

  expect_failures = [var.address_range]
}

run "refuses_range_off_its_border" {
  command = plan

  variables {
    address_range = "10.20.1.0/20"
  }

  expect_failures = [var.address_range]
}

run "refuses_range_of_pods_or_services" {
  command = plan

  variables {
    address_range = "172.16.0.0/20"
  }

  expect_failures = [var.address_range]
}

run "refuses_unknown_zone" {
  command = plan

  variables {
    nat_gateway_zone = "4"
  }

  expect_failures = [var.nat_gateway_zone]
}

run "refuses_source_that_is_no_range" {
  command = plan

  variables {
    web_source_ranges = ["Internet"]
  }

  expect_failures = [var.web_source_ranges]
}

run "refuses_bad_name" {
  command = plan

  variables {
    name = "Orders_Dev"
  }

  expect_failures = [var.name]
}

run "refuses_one_zone_and_all_zones" {
  command = plan

  variables {
    nat_gateway_zone           = "1"
    nat_gateway_zone_redundant = true
  }

  expect_failures = [var.nat_gateway_zone]
}

run "refuses_zones_of_a_gateway_that_is_not_there" {
  command = plan

  variables {
    nat_gateway_enabled        = false
    nat_gateway_zone_redundant = true
  }

  expect_failures = [var.nat_gateway_zone_redundant]
}

run "refuses_bad_values" {
  command = plan

  variables {
    location            = "West Europe"
    resource_group_name = "rg-orders."
    private_services    = ["queue"]
    tags                = { "a/b" = "c" }
  }

  expect_failures = [
    var.location,
    var.resource_group_name,
    var.private_services,
    var.tags,
  ]
}
