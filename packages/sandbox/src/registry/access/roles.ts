import type { Resource, ResourceStore } from '../../resources';

/** Azure's roles that allow to pull, and the ids of their definitions. */
const PULLING_ROLES: Record<string, string> = {
  acrpull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  acrpush: '8311e382-0749-4cb8-b61a-304f252e45ec',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
};

/** True when an identity has a role, here or above, that lets it pull; or everybody may. */
export function mayPull(
  resources: ResourceStore,
  { id, values }: Resource,
  principalId: string,
): boolean {
  if (values.anonymous_pull_enabled === true) return true;
  const here = `${id}/`.toLowerCase();
  return resources.list('azurerm_role_assignment').some(({ values: role }) => {
    const name = String(role.role_definition_name ?? '').toLowerCase();
    const definition = String(role.role_definition_id ?? '').toLowerCase();
    return (
      role.principal_id === principalId &&
      here.startsWith(`${String(role.scope)}/`.toLowerCase()) &&
      (name in PULLING_ROLES ||
        Object.values(PULLING_ROLES).some(known => definition.endsWith(known)))
    );
  });
}
