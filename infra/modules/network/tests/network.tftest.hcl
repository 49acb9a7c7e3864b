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
