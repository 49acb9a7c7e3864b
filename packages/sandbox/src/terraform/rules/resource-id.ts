import { textOf, ValueObject } from '../values/value';
import { TypeRules } from './type-rules';
import { World } from './world';

/** The id of a subscription as a resource. */
export const subscriptionPath = (subscriptionId: string) =>
  `/subscriptions/${subscriptionId}`;

/** The id of a resource group. */
export const groupPath = (subscriptionId: string, name: string) =>
  `${subscriptionPath(subscriptionId)}/resourceGroups/${name}`;

/** The id that Azure gives to a resource with these values. */
export function resourceId(
  rules: TypeRules,
  values: ValueObject,
  world: World,
): string {
  if (typeof rules.id === 'function') {
    return rules.id(values, world);
  }
  return rules.id.replace(/\{(\w+)\}/g, (_, name: string) => {
    switch (name) {
      case 'subscription':
        return subscriptionPath(world.subscriptionId);
      case 'group':
        return groupPath(
          world.subscriptionId,
          textOf(values, 'resource_group_name') ?? '',
        );
      default:
        return textOf(values, name) ?? '';
    }
  });
}

/** An id's parts: `name('virtualNetworks')` is the name that follows this word, in any case of letters. */
export function parseId(id: string) {
  const segments = id.split('/').slice(1);
  const name = (word: string): string | undefined => {
    const index = segments.findIndex(
      segment => segment.toLowerCase() === word.toLowerCase(),
    );
    return index < 0 ? undefined : segments[index + 1];
  };
  return {
    segments,
    name,
    subscriptionId: name('subscriptions'),
    resourceGroup: name('resourceGroups'),
    lastName: segments.at(-1) ?? '',
  };
}
