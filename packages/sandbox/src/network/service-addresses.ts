import type { Service } from '../kubernetes/objects/cluster';
import { freeAddress, LOOPBACK_RANGES } from './loopback';

/** The cluster address of a Service that has one; a headless Service has none. */
export function clusterIPOf({ spec }: Service): string | undefined {
  const { clusterIP } = spec;
  return clusterIP && clusterIP !== 'None' ? clusterIP : undefined;
}

/**
 * Where this machine has the Services of one cluster. Their cluster addresses are those of a private network that is not
 * here, so that each gets a loopback address in its stead.
 */
export class ServiceAddresses {
  private readonly addresses = new Map<string, string>();

  /** @returns undefined for a headless Service */
  of(service: Service): string | undefined {
    const clusterIP = clusterIPOf(service);
    if (!clusterIP) return undefined;
    const known = this.addresses.get(clusterIP);
    if (known) return known;
    const taken = new Set(this.addresses.values());
    const address = freeAddress(LOOPBACK_RANGES.services, taken);
    this.addresses.set(clusterIP, address);
    return address;
  }
}
