# ${{ values.spec.name }}: ${{ values.spec.tier }}, ${{ values.spec.region }}, ${{ values.spec.size }}; owned by ${{ values.spec.owner }}.
#
# Everything that Azure holds for this environment. The modules are versioned: `ref` below says which.

locals {
  name     = "${{ values.spec.name }}"
  location = "${{ values.spec.region }}"

  tags = {
    "moorline-environment" = "${{ values.spec.name }}"
    "moorline-owner"       = "${{ values.spec.owner }}"
    "moorline-tier"        = "${{ values.spec.tier }}"
  }
}

data "azurerm_client_config" "current" {}

module "resource_group" {
  source = "git::${{ values.platform.gitUrl }}//infra/modules/resource-group?ref=${{ values.platform.version }}"

  name     = "${{ values.derived.resourceGroup }}"
  location = local.location
  tags     = local.tags
}

module "network" {
  source = "git::${{ values.platform.gitUrl }}//infra/modules/network?ref=${{ values.platform.version }}"

  name                = local.name
  location            = local.location
  resource_group_name = module.resource_group.name
  address_range       = "${{ values.spec.addressRange }}"
  nat_gateway_enabled = ${{ "false" if values.spec.tier == "dev" else "true" }}
  tags                = local.tags
}

module "monitoring" {
  source = "git::${{ values.platform.gitUrl }}//infra/modules/monitoring?ref=${{ values.platform.version }}"

  name                = local.name
  location            = local.location
  resource_group_name = module.resource_group.name
  retention_in_days   = ${{ "90" if values.spec.tier == "prod" else "30" }}
  tags                = local.tags
}

module "aks" {
  source = "git::${{ values.platform.gitUrl }}//infra/modules/aks?ref=${{ values.platform.version }}"

  name                = "${{ values.derived.cluster }}"
  location            = local.location
  resource_group_name = module.resource_group.name
  tenant_id           = data.azurerm_client_config.current.tenant_id
  subnet_id           = module.network.aks_subnet_id
  outbound_type       = module.network.outbound_type
  sku_tier            = "${{ "Free" if values.spec.tier == "dev" else "Standard" }}"
  zones               = [{% for zone in values.derived.zones %}"${{ zone }}"${{ ", " if not loop.last }}{% endfor %}]

{%- if values.spec.tier == "dev" %}

  # Workloads share the system pool: one small cluster is enough here.
  system_pool = {
    vm_size   = "${{ values.derived.vmSize }}"
    min_count = ${{ values.derived.minNodes }}
    max_count = ${{ values.derived.maxNodes }}
  }
{%- else %}

  # The cluster's own parts have nodes to themselves.
  system_pool = {
    vm_size   = "Standard_D2ds_v5"
    min_count = ${{ "3" if values.spec.tier == "prod" else "2" }}
    max_count = 4
  }

  user_pool = {
    vm_size   = "${{ values.derived.vmSize }}"
    min_count = ${{ values.derived.minNodes }}
    max_count = ${{ values.derived.maxNodes }}
  }
{%- endif %}

  monitoring = {
    workspace_id               = module.monitoring.workspace_id
    container_insights_rule_id = module.monitoring.container_insights_rule_id
  }

  tags = local.tags
}

module "registry" {
  source = "git::${{ values.platform.gitUrl }}//infra/modules/registry?ref=${{ values.platform.version }}"

  name                = "${{ values.derived.registry }}"
  location            = local.location
  resource_group_name = module.resource_group.name
  sku                 = "${{ "Premium" if values.spec.tier == "prod" else "Standard" }}"
  pull_principal_ids  = { nodes = module.aks.kubelet_object_id }
  tags                = local.tags

{%- if values.spec.tier == "prod" %}

  zone_redundancy_enabled    = true
  untagged_retention_in_days = 30
{%- endif %}
}
