import { backsUpToStorage } from './database';
import type { EnvironmentSpec } from './environmentSpec';
import {
  clusterName,
  databaseHost,
  environmentFolder,
  identityName,
  namespaceName,
  pipelineName,
  registryName,
  resourceGroupName,
  storageAccountName,
} from './names';
import { SIZES, nodeRange } from './presets';

/** The container that the stack makes for backups of the database. */
const BACKUPS_CONTAINER = 'database-backups';

/** What follows from a specification: what templates put into files beside the specification itself. */
export interface DerivedValues {
  /** In the environments repository. */
  folder: string;
  pipeline: string;
  resourceGroup: string;
  cluster: string;
  registry: string;
  namespace: string;
  vmSize: string;
  minNodes: number;
  maxNodes: number;
  database: {
    /** Of the managed one. */
    host: string;
    /** What stands before a service's name in that of its identity. */
    identityPrefix: string;
    /** Container of Azure Blob Storage that backups go to; undefined: a disk in the cluster. */
    backups?: string;
  };
}

/** Works out the names and numbers that follow from a specification. */
export function derivedFrom(
  spec: Pick<EnvironmentSpec, 'name' | 'tier' | 'size' | 'database'>,
): DerivedValues {
  const { name, size } = spec;
  const nodes = nodeRange(spec);
  return {
    folder: environmentFolder(name),
    pipeline: pipelineName(name),
    resourceGroup: resourceGroupName(name),
    cluster: clusterName(name),
    registry: registryName(name),
    namespace: namespaceName(name),
    vmSize: SIZES[size].vmSize,
    minNodes: nodes.min,
    maxNodes: nodes.max,
    database: {
      host: databaseHost(name),
      identityPrefix: identityName(name, ''),
      backups: backsUpToStorage(spec)
        ? `https://${storageAccountName(
            name,
          )}.blob.core.windows.net/${BACKUPS_CONTAINER}`
        : undefined,
    },
  };
}
