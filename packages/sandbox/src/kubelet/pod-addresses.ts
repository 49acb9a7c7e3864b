import { randomInt } from 'crypto';
import { addressIn, sizeOfRange } from '../kubernetes/network';

/** Loopback addresses that are the pods'; they are chosen at random, so that two sandboxes do not meet. */
export const POD_RANGE = '127.64.0.0/10';

/** An address that none of these is. */
export function freeAddress(taken: ReadonlySet<string | undefined>): string {
  for (;;) {
    const address = addressIn(POD_RANGE, randomInt(1, sizeOfRange(POD_RANGE)));
    if (!taken.has(address)) return address;
  }
}
