import type { EnvironmentSpec } from './environmentSpec';

/** Whether Azure keeps a PostgreSQL for the environment: as its database, or beside the one in the cluster. */
export const hasManagedDatabase = ({
  database,
  options,
}: Pick<EnvironmentSpec, 'database' | 'options'>): boolean =>
  database === 'flexibleServer' || options?.managedDatabase === true;

/**
 * Whether the database in the cluster is backed up to the environment's storage account, where backups outlive the cluster.
 * For dev a disk in the cluster is enough.
 */
export const backsUpToStorage = ({
  database,
  tier,
}: Pick<EnvironmentSpec, 'database' | 'tier'>): boolean =>
  database === 'statefulset' && tier !== 'dev';
