import type { Request, Response } from 'express';
import { Action } from '../access/permissions';
import { Gatekeeper } from '../access/gatekeeper';
import { RegistryError } from '../errors';
import { Repository } from '../layout/repository';
import { Uploads } from '../layout/uploads';
import { parseRepositoryName, RepositoryName } from '../names';
import { RegistryDirectory } from '../registry-directory';

/** What the protocol's parts share. */
export interface Protocol {
  registries: RegistryDirectory;
  uploads: Uploads;
  gatekeeper: Gatekeeper;
}

/** A request to a repository that may do what it wants. */
export interface Admitted extends Protocol {
  request: Request;
  response: Response;
  name: RepositoryName;
  repository: Repository;
  /** A digest, a tag or an upload's id, as the path has it. */
  reference: string;
}

/** Answers a request. */
export type Handler = (admitted: Admitted) => Promise<void> | void;

/**
 * Finds the repository that a request names, once the request may do what it wants there.
 * @throws RegistryError NAME_INVALID, UNAUTHORIZED, DENIED or NAME_UNKNOWN
 */
export function admit(
  protocol: Protocol,
  request: Request,
  response: Response,
  path: { name: string; reference?: string; action: Action },
): Admitted {
  const name = parseRepositoryName(path.name);
  protocol.gatekeeper.admit(request, name, path.action);
  return {
    ...protocol,
    request,
    response,
    name,
    repository: repositoryOf(protocol.registries, name),
    reference: path.reference ?? '',
  };
}

/** A repository of an applied registry. @throws RegistryError NAME_UNKNOWN */
export function repositoryOf(
  registries: RegistryDirectory,
  name: RepositoryName,
): Repository {
  const registry = registries.get(name.registry);
  if (registry) return registry.repository(name.repository);
  const known = registries.list().map(({ name: other }) => other);
  throw new RegistryError(
    'NAME_UNKNOWN',
    `there is no registry "${name.registry}": ${
      known.length > 0
        ? `use ${known.join(', ')}`
        : 'apply an azurerm_container_registry first'
    }`,
    { detail: { name: name.full } },
  );
}
