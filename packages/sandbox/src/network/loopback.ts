import { randomInt } from 'crypto';
import { addressIn, sizeOfRange } from '../kubernetes/network';

/** Loopback addresses that are pods' and Services'; they are chosen at random, so that two sandboxes do not meet. */
export const LOOPBACK_RANGES = {
  pods: '127.64.0.0/10',
  services: '127.128.0.0/10',
};

/** An address of a range that none of these is. */
export function freeAddress(
  range: string,
  taken: ReadonlySet<string | undefined>,
): string {
  for (;;) {
    const address = addressIn(range, randomInt(1, sizeOfRange(range)));
    if (!taken.has(address)) return address;
  }
}
