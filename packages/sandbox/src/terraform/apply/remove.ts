import { Resource } from '../../resources';
import { Problem, Refusal, TypeRules } from '../rules/type-rules';
import { World } from '../rules/world';
import { childrenOf, idsIn } from './references';
import { toProblem } from './refusals';

/** What the person allowed in the provider's `features` block. */
export interface RemovalFeatures {
  /** Refuse to delete a resource group that is not empty. */
  preventDeletionIfContainsResources: boolean;
}

const GROUP = 'azurerm_resource_group';
const LOCK = 'azurerm_management_lock';

/**
 * Entries of other resources: nothing is below them, whatever their id, and to remove one deletes nothing that a lock
 * protects.
 */
const isLink = (type: string) =>
  type === LOCK || type.endsWith('_association') || type.endsWith('_safeguard');

/**
 * Removes a resource with all that is below it, or says why Azure does not. What is gone already is no problem.
 */
export function remove(
  type: string,
  rules: TypeRules,
  id: string,
  world: World,
  features: RemovalFeatures,
): Problem[] {
  const resource = world.resources.get(id, type);
  if (!resource) {
    return [];
  }
  const children = isLink(type) ? [] : childrenOf(id, world);
  if (type === GROUP && features.preventDeletionIfContainsResources) {
    const left = children.filter(child => child.type !== LOCK);
    if (left.length > 0) {
      return [notEmpty(resource, left)];
    }
  }
  const refusal =
    (isLink(type) ? undefined : refuseLocked(id, world)) ??
    refuseInUse(rules, resource, world);
  if (refusal) {
    return [toProblem(refusal, 'deleting', rules, id)];
  }
  for (const child of children) {
    world.resources.delete(child.id, child.type);
  }
  world.resources.delete(id, type);
  return [];
}

function refuseLocked(id: string, world: World): Refusal | undefined {
  const lock = world.resources.list(LOCK).find(candidate => {
    const scope = String(candidate.values.scope).toLowerCase();
    return (
      id.toLowerCase() === scope || id.toLowerCase().startsWith(`${scope}/`)
    );
  });
  return lock
    ? {
        status: 409,
        code: 'ScopeLocked',
        message: `The scope '${id}' cannot perform delete operation because following scope(s) are locked: '${lock.values.scope}'. Please remove the lock and try again.`,
      }
    : undefined;
}

function refuseInUse(
  rules: TypeRules,
  resource: Resource,
  world: World,
): Refusal | undefined {
  const { inUseBy } = rules;
  const user = inUseBy?.types
    .flatMap(type => world.resources.list(type))
    .find(other =>
      idsIn(other.values).some(
        id => id.toLowerCase() === resource.id.toLowerCase(),
      ),
    );
  return inUseBy && user
    ? {
        status: 400,
        code: inUseBy.code,
        message: `${rules.title} ${resource.values.name} is in use by ${user.id} and cannot be deleted. In order to delete it, delete all the resources that use it.`,
      }
    : undefined;
}

function notEmpty(group: Resource, left: Resource[]): Problem {
  return {
    summary: `deleting Resource Group "${
      group.values.name
    }": the Resource Group still contains Resources.

Terraform is configured to check for Resources within the Resource Group when deleting the Resource Group - and
raise an error if nested Resources still exist to avoid unintentionally deleting these Resources.

Terraform has detected that the following Resources still exist within the Resource Group:

${left.map(resource => `* \`${resource.id}\``).join('\n')}

This feature is intended to avoid the unintentional destruction of nested Resources provisioned through some
other means (for example, an ARM Template Deployment) - as such you must either remove these Resources, or
disable this behaviour using the feature flag \`prevent_deletion_if_contains_resources\` within the \`features\`
block when configuring the Provider.`,
  };
}
