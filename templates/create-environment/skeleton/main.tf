{%- macro text(value) %}${{ value | dump | replace("${", "$${") | replace("%{", "%%{") }}{% endmacro -%}
{%- macro list(items) %}[{% for item in items %}"${{ item }}"${{ ", " if not loop.last }}{% endfor %}]{% endmacro -%}
# ${{ values.spec.name }}: ${{ values.spec.tier }}, ${{ values.spec.region }}, ${{ values.spec.size }}; owned by ${{ values.spec.owner }}.
#
# Everything that Azure holds for this environment. What its tier means, and what else it may choose, is told by the
# README of the stack; `ref` says which version of it.

module "environment" {
  source = "git::${{ values.platform.gitUrl }}//infra/stacks/environment?ref=${{ values.platform.version }}"

  name     = "${{ values.terraform.name }}"
  tier     = "${{ values.terraform.tier }}"
  owner    = "${{ values.terraform.owner }}"
  location = "${{ values.terraform.location }}"
  size     = "${{ values.terraform.size }}"

  address_range        = "${{ values.terraform.address_range }}"
  taken_address_ranges = ${{ list(values.terraform.taken_address_ranges) }}

  # Administers the cluster, the secrets and the database, and hears of alerts.
  team = {
    group_object_id = "${{ values.terraform.team.group_object_id }}"
    group_name      = ${{ text(values.terraform.team.group_name) }}
    email           = ${{ text(values.terraform.team.email) }}
  }

{%- for option in ["zones", "web_source_ranges"] %}
{%- if values.terraform[option] %}

  ${{ option }} = ${{ list(values.terraform[option]) }}
{%- endif %}
{%- endfor %}

{%- for option in ["managed_database_enabled", "edge_enabled", "delete_lock_enabled", "free_subscription"] %}
{%- if values.terraform[option] %}

  ${{ option }} = true
{%- endif %}
{%- endfor %}

{%- if values.terraform.monthly_budget %}

  monthly_budget = ${{ values.terraform.monthly_budget }}
{%- endif %}

{%- if values.terraform.api_management %}

  # Its apis, products and subscriptions belong here, as the module api-management takes them.
  api_management = {}
{%- endif %}

{%- if values.terraform.workloads %}

  # Services that sign in to Azure, and what they may do there.
  workloads = {
{%- for name, workload in values.terraform.workloads %}
    ${{ name }} = {
      service_account = "${{ workload.service_account }}"
{%- if workload.reads_secrets %}
      reads_secrets   = true
{%- endif %}
{%- if workload.writes_results %}
      writes_results  = true
{%- endif %}
{%- if workload.writes_backups %}
      writes_backups  = true
{%- endif %}
{%- if workload.administers_database %}

      administers_database = true
{%- endif %}
    }
{%- endfor %}
  }
{%- endif %}
}
