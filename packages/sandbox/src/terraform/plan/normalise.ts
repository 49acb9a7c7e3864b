import { Attribute, isSetType } from '../schema/schema';
import { isEmpty, isZero, same } from '../values/equal';
import { Value } from '../values/value';

const LOCATION = /(^|_)location$|^edge_zone$/;

/** `West Europe` as Azure writes it: `westeurope`. */
export function normaliseLocation(location: string): string {
  return location.replace(/ /g, '').toLowerCase();
}

/** The value as the provider writes it into plan and state. */
export function normalise(
  name: string,
  attribute: Attribute,
  value: Value,
): Value {
  if (
    attribute.normalised &&
    typeof value === 'string' &&
    LOCATION.test(name)
  ) {
    return normaliseLocation(value);
  }
  return value;
}

/**
 * Whether the provider sees no difference between what is and what is asked for, so that the former stays in the plan.
 * Azure's ids and names are the same in any case of letters, where the provider looks past it.
 */
export function isUnchanged(
  attribute: Attribute,
  prior: Value | undefined,
  next: Value,
): boolean {
  if (same(prior, next, isSetType(attribute.type))) {
    return true;
  }
  if (
    attribute.suppresses_diff &&
    typeof prior === 'string' &&
    typeof next === 'string'
  ) {
    return prior.toLowerCase() === next.toLowerCase();
  }
  return isEmpty(prior) && isEmpty(next);
}

/** {@link isUnchanged} where nothing is asked for: an argument left out reads as 0, false or empty. */
export function isUnchangedWhenLeftOut(prior: Value | undefined): boolean {
  return prior !== undefined && isZero(prior);
}
