mock_provider "azurerm" {}

variables {
  name                = "orders-prod"
  location            = "westeurope"
  resource_group_name = "rg-orders-prod"
  subnet_id           = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-orders-prod/providers/Microsoft.Network/virtualNetworks/vnet-orders-prod/subnets/snet-edge"
  oidc_issuer_url     = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"
}

run "attacks_are_stopped" {
  command = plan

  assert {
    condition     = azurerm_web_application_firewall_policy.this.policy_settings[0].enabled && azurerm_web_application_firewall_policy.this.policy_settings[0].mode == "Prevention"
    error_message = "The firewall must stop attacks, not only write them down."
  }

  assert {
    condition     = toset(azurerm_web_application_firewall_policy.this.managed_rules[0].managed_rule_set[*].type) == toset(["Microsoft_DefaultRuleSet", "Microsoft_BotManagerRuleSet"])
    error_message = "The rules must be those against attacks and those against bots."
  }

  assert {
    condition     = one(azurerm_web_application_firewall_policy.this.custom_rules).rate_limit_threshold == 1000
    error_message = "One address must not be able to ask without end."
  }
}

run "the_controller_can_do_its_work_only" {
  command = plan

  assert {
    condition     = module.controller.name == "id-orders-prod-alb-controller"
    error_message = "The controller must have an identity of its own."
  }
}

run "no_limit_when_none_is_wanted" {
  command = plan

  variables {
    requests_per_minute = null
  }

  assert {
    condition     = length(azurerm_web_application_firewall_policy.this.custom_rules) == 0
    error_message = "There must be no rule of ours."
  }
}

run "several_addresses" {
  command = plan

  variables {
    frontends = ["api", "web"]
  }

  assert {
    condition     = toset(keys(azurerm_application_load_balancer_frontend.this)) == toset(["api", "web"])
    error_message = "Each frontend must have an address."
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                = "Orders"
    location            = "West Europe"
    resource_group_name = "rg."
    subnet_id           = "snet-edge"
    oidc_issuer_url     = "issuer"
    frontends           = []
    firewall_mode       = "Off"
    requests_per_minute = 0
    tags                = { "a/b" = "c" }
  }

  expect_failures = [
    var.name,
    var.location,
    var.resource_group_name,
    var.subnet_id,
    var.oidc_issuer_url,
    var.frontends,
    var.firewall_mode,
    var.requests_per_minute,
    var.tags,
  ]
}
