# The controller in the cluster (installed by Helm) turns Gateway API objects into the gateway's configuration. It signs
# in as its service account.

module "controller" {
  source = "../workload-identity"

  name                = "${var.name}-alb-controller"
  location            = var.location
  resource_group_name = var.resource_group_name
  oidc_issuer_url     = var.oidc_issuer_url
  tags                = var.tags

  service_accounts = {
    alb-controller = { namespace = "azure-alb-system", name = "alb-controller-sa" }
  }

  role_assignments = {
    configuration = { scope = azurerm_application_load_balancer.this.id, role = "AppGw for Containers Configuration Manager" }
    subnet        = { scope = var.subnet_id, role = "Network Contributor" }
  }
}
