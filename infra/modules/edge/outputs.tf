output "id" {
  description = "Id of the gateway, which a Gateway names as alb.networking.azure.io/alb-id; given only once it is in its subnet."
  value       = azurerm_application_load_balancer.this.id

  depends_on = [
    azurerm_application_load_balancer_subnet_association.this,
    azurerm_application_load_balancer_security_policy.this,
  ]
}

output "hosts" {
  description = "Host of each frontend, for a CNAME record."
  value       = { for name, frontend in azurerm_application_load_balancer_frontend.this : name => frontend.fully_qualified_domain_name }
}

output "controller_client_id" {
  description = "What the controller's chart is given as albController.podIdentity.clientID."
  value       = module.controller.client_id
}
