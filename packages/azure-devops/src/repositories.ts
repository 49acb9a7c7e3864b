import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';
import { lookUp } from './lookUp';
import type { List } from './wire';

/** A git repository of the project. */
export interface Repository {
  id: string;
  name: string;
  projectId: string;
}

interface WireRepository {
  id: string;
  name: string;
  project: { id: string };
}

const LIST = 'repositories';

/** The repository of that name. */
export async function getRepository(
  connection: Connection,
  name: string,
): Promise<Repository> {
  const repository = await lookUp(connection, LIST, listRepositories, name);
  if (!repository) {
    throw new AzureDevOpsError(
      `There is no repository "${name}" in project "${connection.project}" of ${connection.organizationUrl}: create it, or correct its name in moorline.azureDevOps.`,
      { code: 'notFound' },
    );
  }
  return repository;
}

/** Forgets what is known, when an id of it was refused. */
export function forgetRepositories(connection: Connection): void {
  connection.forget(LIST);
}

async function listRepositories(connection: Connection): Promise<Repository[]> {
  const { value } = await connection.sendForBody<List<WireRepository>>({
    method: 'GET',
    path: 'git/repositories',
    idempotent: true,
    what: 'list the repositories',
    needs: 'Code (Read)',
    thing: 'list of repositories',
  });
  return value.map(({ id, name, project }) => ({
    id,
    name,
    projectId: project.id,
  }));
}
