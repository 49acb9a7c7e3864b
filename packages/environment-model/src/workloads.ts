import { backsUpToStorage } from './database';
import type { EnvironmentSpec } from './environmentSpec';

/** A service with an identity of Azure, and what it may do with it: an entry of the stack's variable `workloads`. */
export interface Workload {
  service_account: string;
  reads_secrets?: true;
  writes_results?: true;
  writes_backups?: true;
  administers_database?: true;
}

/** The services that sign in to Azure, and the release of the database where that does, by name. */
export function workloadsOf(spec: EnvironmentSpec): Record<string, Workload> {
  const byIdentity = spec.database === 'flexibleServer';
  const services = spec.services
    .filter(({ access = [] }) => access.length > 0 || byIdentity)
    .map(
      ({ name, access = [] }): Workload => ({
        service_account: name,
        ...(access.includes('secrets') && { reads_secrets: true }),
        ...(access.includes('results') && { writes_results: true }),
      }),
    );
  const database: Workload = {
    service_account: 'postgres',
    ...(byIdentity && { administers_database: true }),
    ...(backsUpToStorage(spec) && { writes_backups: true }),
  };
  const all =
    byIdentity || backsUpToStorage(spec) ? [...services, database] : services;
  return Object.fromEntries(
    all.map(workload => [workload.service_account, workload]),
  );
}
