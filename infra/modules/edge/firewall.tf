# Microsoft's rules against the common attacks and the bad bots, and a limit for whoever asks too often.

resource "azurerm_web_application_firewall_policy" "this" {
  # checkov:skip=CKV_AZURE_135: Microsoft_DefaultRuleSet, which took the place of OWASP's, has the rule.

  name                = "waf-${var.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags

  policy_settings {
    enabled                     = true
    mode                        = var.firewall_mode
    request_body_check          = true
    max_request_body_size_in_kb = 128
    file_upload_limit_in_mb     = 100
  }

  managed_rules {
    managed_rule_set {
      type    = "Microsoft_DefaultRuleSet"
      version = "2.1"
    }

    managed_rule_set {
      type    = "Microsoft_BotManagerRuleSet"
      version = "1.1"
    }
  }

  dynamic "custom_rules" {
    for_each = var.requests_per_minute == null ? [] : [var.requests_per_minute]

    content {
      name                 = "RateLimit"
      priority             = 10
      rule_type            = "RateLimitRule"
      action               = "Block"
      rate_limit_duration  = "OneMin"
      rate_limit_threshold = custom_rules.value
      group_rate_limit_by  = "ClientAddr"

      # Everybody counts: no address begins with this.
      match_conditions {
        operator           = "IPMatch"
        negation_condition = true
        match_values       = ["255.255.255.255/32"]

        match_variables {
          variable_name = "RemoteAddr"
        }
      }
    }
  }
}

resource "azurerm_application_load_balancer_security_policy" "this" {
  name                               = "waf"
  location                           = var.location
  application_load_balancer_id       = azurerm_application_load_balancer.this.id
  web_application_firewall_policy_id = azurerm_web_application_firewall_policy.this.id
  tags                               = var.tags
}
