import { z } from 'zod';
import {
  Cidr,
  cidrContains,
  cidrPart,
  cidrSize,
  cidrsOverlap,
  formatCidr,
  parseCidr,
} from './cidr';

/** Every environment's virtual network is cut from this range. */
export const ADDRESS_SPACE = '10.0.0.0/8';

/** The length of an environment's prefix: a /20 holds 4,096 addresses, room for the largest size with upgrades. */
export const ADDRESS_RANGE_PREFIX = 20;

/**
 * Ranges that AKS gives a cluster's services and pods where nobody says otherwise. Moorline's own clusters use others, but
 * whoever joins a cluster with these defaults to an environment's network could not reach what overlaps them.
 * Source: https://learn.microsoft.com/azure/aks/azure-cni-overlay (defaults of `service_cidr` and `pod_cidr`).
 */
export const RESERVED_RANGES: readonly { range: string; use: string }[] = [
  { range: '10.0.0.0/16', use: "the clusters' services" },
  { range: '10.244.0.0/16', use: "the clusters' pods" },
];

const space = known(ADDRESS_SPACE);
const reserved = RESERVED_RANGES.map(({ range, use }) => ({
  range,
  use,
  cidr: known(range),
}));

/** What keeps a text from being an environment's address range, or undefined when nothing does. */
export function addressRangeProblem(text: string): string | undefined {
  const cidr = parseCidr(text);
  const example =
    'for example 10.1.16.0/20, or leave it out to have one chosen';
  if (!cidr) {
    return `addressRange: "${text}" is not an IPv4 range that starts on its own boundary; give a /${ADDRESS_RANGE_PREFIX} inside ${ADDRESS_SPACE}, ${example}`;
  }
  if (cidr.prefix !== ADDRESS_RANGE_PREFIX) {
    return `addressRange: ${text} must be exactly a /${ADDRESS_RANGE_PREFIX}; ${example}`;
  }
  if (!cidrContains(space, cidr)) {
    return `addressRange: ${text} lies outside ${ADDRESS_SPACE}; choose a /${ADDRESS_RANGE_PREFIX} inside it, ${example}`;
  }
  const clash = reserved.find(entry => cidrsOverlap(entry.cidr, cidr));
  return (
    clash &&
    `addressRange: ${text} lies in ${clash.range}, which is kept for ${clash.use}; choose another /${ADDRESS_RANGE_PREFIX}, ${example}`
  );
}

/** An environment's address range: a private /20, canonical, outside the reserved ranges. */
export const addressRangeSchema = z
  .string({ error: 'addressRange: must be text such as 10.1.16.0/20' })
  .superRefine((text, context) => {
    const message = addressRangeProblem(text);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** The first /20 that overlaps none of the taken ranges, or undefined when the space is full. */
export function firstFreeAddressRange(
  taken: Iterable<string>,
): string | undefined {
  const blocked = new Set<number>();
  for (const range of taken) {
    for (const index of slotsOf(known(range))) blocked.add(index);
  }
  for (const { cidr } of reserved) {
    for (const index of slotsOf(cidr)) blocked.add(index);
  }
  const slots = 2 ** (ADDRESS_RANGE_PREFIX - space.prefix);
  for (let index = 0; index < slots; index += 1) {
    if (!blocked.has(index)) {
      const free = cidrPart(space, ADDRESS_RANGE_PREFIX, index);
      return free && formatCidr(free);
    }
  }
  return undefined;
}

/** The numbers of the /20s of the space that a range touches. */
function slotsOf(cidr: Cidr): number[] {
  if (!cidrsOverlap(space, cidr)) return [];
  const width = cidrSize(ADDRESS_RANGE_PREFIX);
  const from = Math.floor((cidr.first - space.first) / width);
  const count = Math.max(1, cidrSize(cidr.prefix) / width);
  return Array.from({ length: count }, (_, offset) => from + offset);
}

function known(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`"${text}" is not an IPv4 range`);
  return cidr;
}
