import { ResourceValues } from '../../resources';
import { isRegion, REGIONS } from '../rules/regions';
import { Problem, TypeRules } from '../rules/type-rules';
import { resourceId } from '../rules/resource-id';
import { World } from '../rules/world';
import { Block } from '../schema/schema';
import {
  findUnknown,
  isObject,
  isUnknown,
  Value,
  ValueObject,
} from '../values/value';
import { fillUnknown } from './fill';
import { refuseMissing } from './references';
import { toProblem } from './refusals';

/** What became of a requested change: the resource as it is now, or why it is not. */
export type Applied = { values: ValueObject } | { problems: Problem[] };

/**
 * Creates or changes a resource, as Azure would: what is unknown gets its value, what Azure refuses is refused.
 *
 * @param prior - the resource as it was; undefined where it is to be created.
 * @param planned - what Terraform planned.
 */
export function apply(
  type: string,
  block: Block,
  rules: TypeRules,
  prior: ValueObject | undefined,
  planned: ValueObject,
  world: World,
): Applied {
  const known = nullUnknown(planned) as ValueObject;
  const id = String(prior?.id ?? resourceId(rules, known, world));
  const exists = world.resources.get(id, type);
  if (!prior && exists) {
    return {
      problems: [
        {
          summary: `A resource with the ID "${exists.id}" already exists - to be managed via Terraform this resource needs to be imported into the State. Please see the resource documentation for "${type}" for more information.`,
        },
      ],
    };
  }
  const doing = prior ? 'updating' : 'creating';
  const requested = { prior, values: { ...known, id }, world };
  const refusal =
    refuseSubscription(id, world) ??
    refuseLocation(rules, known) ??
    refuseMissing(type, rules, known, id, world) ??
    rules.refuse?.(requested);
  if (refusal) {
    return { problems: [toProblem(refusal, doing, rules, id)] };
  }
  const filled = fillUnknown(block, { ...planned, id }, rules, world);
  const values = rules.observe?.(filled, world) ?? filled;
  const unknown = findUnknown(values);
  if (unknown !== undefined) {
    return {
      problems: [
        {
          summary: `The sandbox has no value for ${unknown} of ${type}`,
          detail:
            'This is a gap in the sandbox, not in the configuration: give the attribute a value in packages/sandbox/src/terraform/rules.',
        },
      ],
    };
  }
  world.resources.put({ type, id, values: toKept(block, values) });
  return { values };
}

function refuseSubscription(id: string, world: World) {
  const wanted = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1];
  return wanted && !world.subscriptionIds.includes(wanted)
    ? {
        status: 404,
        code: 'SubscriptionNotFound',
        message: `The subscription '${wanted}' could not be found.`,
      }
    : undefined;
}

function refuseLocation(rules: TypeRules, values: ValueObject) {
  const { location } = values;
  return typeof location === 'string' &&
    location !== 'global' &&
    !isRegion(location)
    ? {
        status: 400,
        code: `LocationNotAvailableFor${
          rules.title === 'Resource Group' ? 'ResourceGroup' : 'ResourceType'
        }`,
        message: `The provided location '${location}' is not available for ${
          rules.title
        }. List of available regions is '${REGIONS.join(',')}'.`,
      }
    : undefined;
}

function nullUnknown(value: Value): Value {
  if (isUnknown(value)) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map(nullUnknown);
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, child]) => [
          name,
          nullUnknown(child),
        ]),
      )
    : value;
}

/** What Azure keeps and would show again: never a password that was given to it, nor Terraform's own settings. */
function toKept(block: Block, values: ValueObject): ResourceValues {
  const kept = Object.entries(values).filter(
    ([name]) => name !== 'timeouts' && !isGivenSecret(block, name),
  );
  return Object.fromEntries(kept) as ResourceValues;
}

/** Whether an argument is a secret that Azure takes and never gives back. */
export function isGivenSecret(block: Block, name: string): boolean {
  const attribute = block.attributes[name];
  return attribute?.sensitive === true && !attribute.computed;
}
