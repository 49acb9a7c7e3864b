output "virtual_network_id" {
  description = "Id of the virtual network."
  value       = azurerm_virtual_network.this.id
}

output "aks_subnet_id" {
  description = "Subnet for nodes; given only once its rules and its way out are in place."
  value       = azurerm_subnet.aks.id

  depends_on = [
    azurerm_subnet_network_security_group_association.aks,
    azurerm_network_security_rule.deny_inbound,
    azurerm_subnet_nat_gateway_association.aks,
  ]
}

output "private_endpoints_subnet_id" {
  description = "Subnet for private endpoints."
  value       = azurerm_subnet.private_endpoints.id

  depends_on = [azurerm_subnet_network_security_group_association.private_endpoints]
}

output "outbound_type" {
  description = "What the cluster must know of the way out: userAssignedNATGateway or loadBalancer."
  value       = var.nat_gateway_enabled ? "userAssignedNATGateway" : "loadBalancer"
}

output "outbound_ip_address" {
  description = "The address that others see; null when the load balancer chooses."
  value       = one(azurerm_public_ip.outbound[*].ip_address)
}

output "edge_subnet_id" {
  description = "Subnet for the edge module; null unless edge_enabled."
  value       = one(azurerm_subnet.edge[*].id)

  depends_on = [
    azurerm_subnet_network_security_group_association.edge,
    azurerm_network_security_rule.deny_inbound,
    azurerm_network_security_rule.edge_web,
  ]
}

output "api_management_subnet_id" {
  description = "Subnet for the api-management module; null unless api_management_network is given."
  value       = one(azurerm_subnet.api_management[*].id)

  depends_on = [
    azurerm_subnet_network_security_group_association.api_management,
    azurerm_network_security_rule.deny_inbound,
    azurerm_network_security_rule.api_management,
    azurerm_subnet_nat_gateway_association.api_management,
  ]
}

output "private_dns_zone_ids" {
  description = "Id of the private DNS zone of each of private_services; given only once the network asks it."
  value       = { for service, zone in azurerm_private_dns_zone.this : service => zone.id }

  depends_on = [azurerm_private_dns_zone_virtual_network_link.this]
}
