/**
 * The choices an environment is made of. Each table is `as const` so that the schema's enumerations, the forms and the
 * generated Terraform all follow from it: a choice is added once, here.
 */

/** How much an environment matters, from least to most. */
export const TIERS = ['dev', 'staging', 'prod'] as const;
export type Tier = (typeof TIERS)[number];

/** What a tier decides. */
export interface TierPreset {
  label: string;
  /** One sentence for the card in the wizard. */
  description: string;
  /** Availability zones that the nodes are spread over; none: Azure places them. */
  zones: readonly string[];
  /** The fewest nodes, whatever the size asks for. */
  minNodes: number;
  /** Whether its changes should wait for a person: approvers are named on its environment in Azure DevOps. */
  approval: boolean;
}

export const TIER_PRESETS: Readonly<Record<Tier, TierPreset>> = {
  dev: {
    label: 'Development',
    description: 'For building and trying out: one node is enough, any zone.',
    zones: [],
    minNodes: 1,
    approval: false,
  },
  staging: {
    label: 'Staging',
    description: 'As production in kind, smaller in number: two zones.',
    zones: ['1', '2'],
    minNodes: 2,
    approval: false,
  },
  prod: {
    label: 'Production',
    description:
      'For customers: three zones, three nodes at least; Apply waits for the approvers you name in Azure DevOps.',
    zones: ['1', '2', '3'],
    minNodes: 3,
    approval: true,
  },
};

/** Azure regions with three availability zones. `country` is where the data rests. */
export const REGIONS = {
  westeurope: { label: 'West Europe', country: 'Netherlands' },
  northeurope: { label: 'North Europe', country: 'Ireland' },
  germanywestcentral: { label: 'Germany West Central', country: 'Germany' },
  francecentral: { label: 'France Central', country: 'France' },
  swedencentral: { label: 'Sweden Central', country: 'Sweden' },
  norwayeast: { label: 'Norway East', country: 'Norway' },
  switzerlandnorth: { label: 'Switzerland North', country: 'Switzerland' },
  uksouth: { label: 'UK South', country: 'United Kingdom' },
  eastus2: { label: 'East US 2', country: 'United States' },
  westus3: { label: 'West US 3', country: 'United States' },
  canadacentral: { label: 'Canada Central', country: 'Canada' },
  australiaeast: { label: 'Australia East', country: 'Australia' },
} as const;
export type Region = keyof typeof REGIONS;

/** How large a cluster is. */
export const SIZES = {
  small: {
    label: 'Small',
    vmSize: 'Standard_D2ds_v5',
    nodes: { min: 1, max: 3 },
    /** Of one node. */
    cpus: 2,
    /** Of one node. */
    memoryGiB: 8,
  },
  medium: {
    label: 'Medium',
    vmSize: 'Standard_D4ds_v5',
    nodes: { min: 2, max: 5 },
    cpus: 4,
    memoryGiB: 16,
  },
  large: {
    label: 'Large',
    vmSize: 'Standard_D8ds_v5',
    nodes: { min: 3, max: 10 },
    cpus: 8,
    memoryGiB: 32,
  },
} as const;
export type Size = keyof typeof SIZES;

/** Where an environment's database lives. */
export const DATABASE_KINDS = {
  statefulset: {
    label: 'PostgreSQL in the cluster',
    description:
      'One PostgreSQL 18 pod with its own disk, released by Helm and backed up every night.',
  },
  flexibleServer: {
    label: 'Azure Database for PostgreSQL',
    description:
      'A Flexible Server that Azure patches and backs up to the minute, in prod with a standby; services sign in without passwords.',
  },
} as const;
export type DatabaseKind = keyof typeof DATABASE_KINDS;

/** The bounds of the cluster's autoscaler: the size's, raised to what the tier demands. */
export function nodeRange(spec: { tier: Tier; size: Size }): {
  min: number;
  max: number;
} {
  const { min, max } = SIZES[spec.size].nodes;
  const least = TIER_PRESETS[spec.tier].minNodes;
  return { min: Math.max(min, least), max: Math.max(max, least) };
}
