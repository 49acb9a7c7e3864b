output "shared" {
  description = "What environments take: the input shared of the environment stack."
  value = {
    registry  = { id = module.registry.id, login_server = module.registry.login_server }
    workspace = { id = module.monitoring.workspace_id }
    dns_zone  = one([for zone in azurerm_dns_zone.this : { name = zone.name, resource_group_name = zone.resource_group_name }])
  }
}

output "name_servers" {
  description = "Name servers to enter where the domain was bought; [] without domain."
  value       = flatten([for zone in azurerm_dns_zone.this : sort(zone.name_servers)])
}
