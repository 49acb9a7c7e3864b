/** The private address ranges of a cluster, in CIDR. */
export interface ClusterNetwork {
  pods: string;
  services: string;
  /** Of the subnet that the nodes are in. */
  nodes: string;
}

/** What AKS takes where nothing is asked for. */
export const DEFAULT_NETWORK: ClusterNetwork = {
  pods: '10.244.0.0/16',
  services: '10.0.0.0/16',
  nodes: '10.224.0.0/16',
};

/** The address at a place in an IPv4 range, counted from its first. */
export function addressIn(range: string, index: number): string {
  const [base] = range.split('/');
  const number = base
    .split('.')
    .reduce((sum, part) => sum * 256 + Number(part), 0);
  const address = number + index;
  return [24, 16, 8, 0]
    .map(shift => Math.floor(address / 2 ** shift) % 256)
    .join('.');
}

/** How many addresses a range has. */
export function sizeOfRange(range: string): number {
  return 2 ** (32 - Number(range.split('/')[1] ?? 32));
}
