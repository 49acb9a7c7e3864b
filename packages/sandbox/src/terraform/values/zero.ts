import { CtyType } from '../schema/schema';
import { Value } from './value';

/** What an argument of this type reads as in the provider's library when nothing was given for it. */
export function zeroOf(type: CtyType): Value {
  if (Array.isArray(type)) {
    return type[0] === 'map' || type[0] === 'object' ? {} : [];
  }
  return { string: '', number: 0, bool: false, dynamic: null }[type];
}
