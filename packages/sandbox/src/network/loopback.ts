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

/**
 * What a real API server is told in the place of a pod's loopback address, since it refuses those in EndpointSlices: the
 * one of the range for shared addresses (RFC 6598, 100.64.0.0/10) that differs in the first byte alone.
 */
export const sharedAddress = (address: string) =>
  address.replace(/^127\./, '100.');

/** The reverse of {@link sharedAddress}; leaves other addresses as they are. */
export const loopbackAddress = (address: string) =>
  address.replace(/^100\.(?=(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/, '127.');
