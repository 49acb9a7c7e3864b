import { textOf, ValueObject } from '../values/value';
import { hexOf } from './deterministic';
import { TypeRules } from './type-rules';

const CONTROLLER = 'Microsoft.ServiceNetworking/trafficControllers';

const digest = (values: ValueObject) => hexOf(textOf(values, 'id') ?? '', 32);

/** Application Gateway for Containers and its firewall. */
export const edgeRules: Record<string, TypeRules> = {
  azurerm_application_load_balancer: {
    title: 'Traffic Controller',
    id: `{group}/providers/${CONTROLLER}/{name}`,
    computed: {
      primary_configuration_endpoint: values =>
        `${digest(values)}.trafficcontroller.azure.com`,
    },
    inUseBy: {
      types: ['azurerm_application_load_balancer_subnet_association'],
      code: 'CannotDeleteResource',
    },
  },
  azurerm_application_load_balancer_frontend: {
    title: 'Frontend',
    id: '{application_load_balancer_id}/frontends/{name}',
    computed: {
      fully_qualified_domain_name: values =>
        `${digest(values)}.fz00.alb.azure.com`,
    },
  },
  azurerm_application_load_balancer_subnet_association: {
    title: 'Association',
    id: '{application_load_balancer_id}/associations/{name}',
  },
  azurerm_application_load_balancer_security_policy: {
    title: 'Security Policy',
    id: '{application_load_balancer_id}/securityPolicies/{name}',
  },
  azurerm_web_application_firewall_policy: {
    title: 'Application Gateway Web Application Firewall Policy',
    id: '{group}/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/{name}',
    computed: { http_listener_ids: [], path_based_rule_ids: [] },
    inUseBy: {
      types: ['azurerm_application_load_balancer_security_policy'],
      code: 'ApplicationGatewayFirewallPolicyCannotBeDeleted',
    },
  },
};
