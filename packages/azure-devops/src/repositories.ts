import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';
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

const CACHE = 'repositories';

/** The repository of that name, from one list that is asked for once. */
export async function getRepository(
  connection: Connection,
  name: string,
): Promise<Repository> {
  const known = await connection.cached(CACHE, () => list(connection));
  const found = byName(known, name);
  if (found) {
    return found;
  }
  // Perhaps it was made since.
  connection.forget(CACHE);
  const fresh = await connection.cached(CACHE, () => list(connection));
  const repository = byName(fresh, name);
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
  connection.forget(CACHE);
}

async function list(connection: Connection): Promise<Repository[]> {
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

function byName(repositories: Repository[], name: string) {
  // Azure DevOps compares names without case.
  return repositories.find(
    candidate => candidate.name.toLowerCase() === name.toLowerCase(),
  );
}
