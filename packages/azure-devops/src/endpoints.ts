import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';
import { lookUp } from './lookUp';
import type { List } from './wire';

/** A service connection of the project. */
export interface Endpoint {
  id: string;
  name: string;
}

const LIST = 'endpoints';

/** The service connection of that name. */
export async function getEndpoint(
  connection: Connection,
  name: string,
): Promise<Endpoint> {
  const endpoint = await lookUp(connection, LIST, listEndpoints, name);
  if (!endpoint) {
    throw new AzureDevOpsError(
      `There is no service connection "${name}" in project "${connection.project}": create it under Project settings, ` +
        `or correct its name in moorline.azureDevOps.serviceConnections.`,
      { code: 'notFound' },
    );
  }
  return endpoint;
}

/** Forgets what is known, when an id of it was refused. */
export function forgetEndpoints(connection: Connection): void {
  connection.forget(LIST);
}

async function listEndpoints(connection: Connection): Promise<Endpoint[]> {
  const { value } = await connection.sendForBody<List<Endpoint>>({
    method: 'GET',
    path: 'serviceendpoint/endpoints',
    idempotent: true,
    what: 'look for the service connections',
    needs: 'Service Connections (Read & query)',
    thing: 'list of service connections',
  });
  return value.map(({ id, name }) => ({ id, name }));
}
