# A prod environment with everything there is.

module "environment" {
  source = "../.."

  name                     = "orders-prod"
  tier                     = "prod"
  size                     = "medium"
  address_range            = "10.20.0.0/20"
  taken_address_ranges     = ["10.0.0.0/16", "10.20.16.0/20"]
  managed_database_enabled = true
  edge_enabled             = true
  monthly_budget           = 4000

  # Where the office and the pipelines' agents are.
  api_server_authorized_ranges = ["203.0.113.0/24"]

  owner    = "group:default/team-orders"
  location = "westeurope"

  team = {
    group_object_id = "00000000-0000-4000-8000-000000000020"
    group_name      = "team-orders"
    email           = "team-orders@example.com"
  }

  node_pools = {
    batch = { vm_size = "Standard_D4ds_v5", max_count = 10, taints = ["workload=batch:NoSchedule"], spot = {} }
  }

  api_management = {
    apis     = { orders = { display_name = "Orders", path = "orders", service_url = "https://api.orders.example.com" } }
    products = { partners = { display_name = "Partners", apis = ["orders"] } }
  }

  workloads = {
    api    = { service_account = "api", reads_secrets = true }
    worker = { service_account = "worker", writes_results = true }
  }
}

output "cluster" {
  description = "Name of the cluster."
  value       = module.environment.cluster
}
