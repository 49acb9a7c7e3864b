import { same } from '../values/equal';
import { textOf, ValueObject } from '../values/value';
import { uuidOf } from './deterministic';
import { roleDefinitionId, roleName } from './roles';
import { subscriptionPath } from './resource-id';
import { TypeRules } from './type-rules';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

const assignmentName = (values: ValueObject) =>
  textOf(values, 'name') ??
  uuidOf(
    [
      values.scope,
      values.principal_id,
      values.role_definition_name ?? values.role_definition_id,
    ].join(),
  );

/** Identities and what they may do. */
export const identityRules: Record<string, TypeRules> = {
  azurerm_user_assigned_identity: {
    title: 'User Assigned Identity',
    id: '{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}',
    computed: {
      client_id: values => uuidOf(`${idOf(values)} client`),
      principal_id: values => uuidOf(`${idOf(values)} principal`),
      tenant_id: (_, world) => world.tenantId,
    },
  },
  azurerm_federated_identity_credential: {
    title: 'Federated Identity Credential',
    id: '{user_assigned_identity_id}/federatedIdentityCredentials/{name}',
    validate: config =>
      Array.isArray(config.audience) && config.audience.length > 1
        ? [
            {
              summary: 'Too many list items',
              detail: `Attribute audience supports 1 item maximum, but config has ${config.audience.length} declared.`,
              path: ['audience'],
            },
          ]
        : [],
    refuse({ values, world }) {
      const twin = world.resources
        .list('azurerm_federated_identity_credential')
        .find(
          other =>
            other.id.toLowerCase() !== idOf(values).toLowerCase() &&
            other.values.user_assigned_identity_id ===
              values.user_assigned_identity_id &&
            other.values.issuer === values.issuer &&
            other.values.subject === values.subject,
        );
      return twin
        ? {
            status: 409,
            code: 'Conflict',
            message: `Issuer and subject combination already exists for this Managed Identity.`,
          }
        : undefined;
    },
  },
  azurerm_role_assignment: {
    title: 'Role Assignment',
    id: values =>
      `${textOf(
        values,
        'scope',
      )}/providers/Microsoft.Authorization/roleAssignments/${assignmentName(
        values,
      )}`,
    computed: {
      name: assignmentName,
      condition_version: '',
      principal_type: 'ServicePrincipal',
      skip_service_principal_aad_check: null,
      role_definition_id: (values, world) =>
        subscriptionPath(world.subscriptionId) +
        roleDefinitionId(textOf(values, 'role_definition_name') ?? ''),
      role_definition_name: values =>
        roleName(textOf(values, 'role_definition_id') ?? ''),
    },
    refuse({ values, world }) {
      const twin = world.resources
        .list('azurerm_role_assignment')
        .find(
          other =>
            other.id.toLowerCase() !== idOf(values).toLowerCase() &&
            same(other.values.scope, values.scope) &&
            same(other.values.principal_id, values.principal_id) &&
            same(
              other.values.role_definition_name,
              values.role_definition_name ??
                roleName(textOf(values, 'role_definition_id') ?? ''),
            ),
        );
      return twin
        ? {
            status: 409,
            code: 'RoleAssignmentExists',
            message: `The role assignment already exists. The ID of the existing role assignment is ${twin.values.name}.`,
          }
        : undefined;
    },
  },
};
