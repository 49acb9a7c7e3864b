import { backsUpToStorage, hasManagedDatabase } from '../database';
import type { EnvironmentSpec } from '../environmentSpec';
import { SIZES, nodeRange, Tier } from '../presets';
import type { Meter } from './prices';

/** Some of what an environment is billed for. */
export interface Part {
  /** For people. */
  what: string;
  meter: Meter;
  /** How many of the meter's units in a month, when as little runs as may. */
  quantity: number;
  /** The same when the autoscaler has added all that it may; left out: it changes nothing. */
  most?: number;
  /** Whether the quantity is a guess at how much will be used. */
  guess?: true;
}

/** What an estimate is made of. */
export type EstimatedSpec = Pick<
  EnvironmentSpec,
  'tier' | 'size' | 'region' | 'database' | 'options'
>;

type Column = Tier | 'free';

/** What stands in a column of `infra/stacks/environment/presets.csv` and is paid for; a test holds the two together. */
interface Bill {
  registry: Meter;
  registries: number;
  storage: Meter;
  database: Meter;
  /** Left out: it is billed by the call, the first million free. */
  apiManagement?: Meter;
  /** Of the database: one, or one and its standby. */
  servers: number;
  /** Vault, storage and the like; the managed database adds one. */
  privateEndpoints: number;
  privateZones: number;
  /** Uptime agreement, nodes for the system, NAT gateway, metrics, dashboards and backups. */
  reliable: boolean;
  systemNodes: number;
  defender: boolean;
}

const DEV: Bill = {
  registry: 'registry:Basic',
  registries: 1,
  storage: 'storage:LRS',
  database: 'database:B_Standard_B1ms',
  apiManagement: 'api-management:Developer',
  servers: 1,
  privateEndpoints: 2,
  privateZones: 2,
  reliable: false,
  systemNodes: 0,
  defender: false,
};

const BILLS: Record<Column, Bill> = {
  dev: DEV,
  free: { ...DEV, apiManagement: undefined },
  staging: {
    registry: 'registry:Standard',
    registries: 1,
    storage: 'storage:ZRS',
    database: 'database:GP_Standard_D2ds_v5',
    apiManagement: 'api-management:StandardV2',
    servers: 1,
    privateEndpoints: 3,
    privateZones: 2,
    reliable: true,
    systemNodes: 2,
    defender: false,
  },
  prod: {
    registry: 'registry:Premium',
    registries: 2,
    storage: 'storage:GZRS',
    database: 'database:GP_Standard_D4ds_v5',
    apiManagement: 'api-management:StandardV2',
    servers: 2,
    privateEndpoints: 4,
    privateZones: 3,
    reliable: true,
    systemNodes: 3,
    defender: true,
  },
};

/** The most nodes that the cluster's own pool may have. */
const MOST_SYSTEM_NODES = 4;

/** The disk of the PostgreSQL in the cluster. */
export const DATABASE_VOLUME_GIB = { small: 8, medium: 32, large: 128 };

/** What nobody knows beforehand. */
const GUESSES = {
  logsGbANode: 6,
  samplesTenMillionsANode: 13,
  storageGb: 50,
  vaultTenThousands: 10,
  edgeCapacityUnits: 2,
};

/** The smallest nodes, which are all that a subscription without credit has. */
const FREE_NODES = { vmSize: 'Standard_B2s_v2', min: 1, max: 2 } as const;

/** Everything that an environment is billed for. */
export function partsOf(spec: EstimatedSpec): Part[] {
  const { tier, size, options = {} } = spec;
  const bill = BILLS[options.freeSubscription ? 'free' : tier];
  const database = hasManagedDatabase(spec) ? 1 : 0;
  const edge = options.edge ? 1 : 0;
  const apiManagement = options.apiManagement && bill.apiManagement;
  const { vmSize, min, max } = options.freeSubscription
    ? FREE_NODES
    : { vmSize: SIZES[size].vmSize, ...nodeRange({ tier, size }) };

  const nodes = min + bill.systemNodes;
  const mostNodes = max + (bill.reliable ? MOST_SYSTEM_NODES : 0);
  const cpus = options.freeSubscription ? 2 : SIZES[size].cpus;
  const systemCpus = 2;
  const volumes = backsUpToStorage(spec) ? 1 : 2;
  const reliable = bill.reliable ? 1 : 0;

  const parts: Part[] = [
    { what: 'Uptime agreement', meter: 'cluster', quantity: reliable },
    {
      what: `Nodes, ${vmSize}`,
      meter: `node:${vmSize}`,
      quantity: min,
      most: max,
    },
    {
      what: 'Nodes of the system',
      meter: 'node:Standard_D2ds_v5',
      quantity: bill.systemNodes,
      most: bill.reliable ? MOST_SYSTEM_NODES : 0,
    },
    {
      what: 'Disks of nodes',
      meter: 'node-disk',
      quantity: nodes,
      most: mostNodes,
    },
    {
      what: 'Defender, by the core',
      meter: 'defender',
      quantity: bill.defender ? min * cpus + bill.systemNodes * systemCpus : 0,
      most: bill.defender ? max * cpus + MOST_SYSTEM_NODES * systemCpus : 0,
    },
    { what: 'Load balancer', meter: 'load-balancer', quantity: 1 },
    { what: 'Public addresses', meter: 'public-ip', quantity: 1 + reliable },
    { what: 'NAT gateway', meter: 'nat-gateway', quantity: reliable },
    {
      what: 'Private endpoints',
      meter: 'private-endpoint',
      quantity: bill.privateEndpoints + database,
    },
    {
      what: 'Private DNS zones',
      meter: 'private-dns-zone',
      quantity: bill.privateZones + database,
    },
    {
      what: 'Container registry',
      meter: bill.registry,
      quantity: bill.registries,
    },
    {
      what: 'Disks of the database in the cluster',
      meter: 'volume',
      quantity:
        spec.database === 'statefulset'
          ? volumes * DATABASE_VOLUME_GIB[size]
          : 0,
    },
    {
      what: 'Managed PostgreSQL',
      meter: bill.database,
      quantity: database * bill.servers,
    },
    {
      what: 'Disk of the managed PostgreSQL',
      meter: 'database-storage',
      quantity: database * bill.servers * 32,
    },
    {
      what: 'Blobs',
      meter: bill.storage,
      quantity: GUESSES.storageGb * (1 + reliable),
      guess: true,
    },
    {
      what: 'Secrets',
      meter: 'vault',
      quantity: GUESSES.vaultTenThousands,
      guess: true,
    },
    {
      what: 'Logs',
      meter: 'logs',
      quantity: nodes * GUESSES.logsGbANode,
      most: mostNodes * GUESSES.logsGbANode,
      guess: true,
    },
    {
      what: 'Metrics',
      meter: 'metrics',
      quantity: reliable * nodes * GUESSES.samplesTenMillionsANode,
      most: reliable * mostNodes * GUESSES.samplesTenMillionsANode,
      guess: true,
    },
    { what: 'Grafana', meter: 'grafana', quantity: reliable },
    { what: 'Backup of the cluster', meter: 'backup', quantity: reliable },
    { what: 'Edge', meter: 'edge', quantity: edge },
    { what: 'Edge, in its subnet', meter: 'edge-association', quantity: edge },
    { what: 'Edge, its address', meter: 'edge-frontend', quantity: edge },
    {
      what: 'Edge, capacity',
      meter: 'edge-capacity',
      quantity: edge * GUESSES.edgeCapacityUnits,
      guess: true,
    },
    {
      what: 'Edge, firewall',
      meter: 'edge-firewall',
      quantity: edge * GUESSES.edgeCapacityUnits,
      guess: true,
    },
    ...(apiManagement
      ? [{ what: 'API Management', meter: apiManagement, quantity: 1 }]
      : []),
  ];
  return parts.filter(({ quantity, most = 0 }) => quantity > 0 || most > 0);
}
