import type { Request, Response } from 'express';
import { Access } from '../access/scope';
import { RegistryError } from '../errors';
import { OCI_INDEX } from '../layout/manifest';
import { parseDigest, parseRepositoryName } from '../names';
import { Handler, Protocol } from './context';

/** What one answer holds when the client does not say how much it wants, and at most. */
const PAGE = 1000;

/** The part of a sorted list that `n` and `last` ask for; a `Link` header leads to the next one. */
function page(request: Request, response: Response, all: string[]): string[] {
  const { n, last } = request.query;
  if (n !== undefined && !/^\d{1,9}$/.test(String(n))) {
    throw new RegistryError(
      'PAGINATION_NUMBER_INVALID',
      'n must be a whole number from 0',
      { detail: { n: String(n) } },
    );
  }
  const size = Math.min(PAGE, n === undefined ? PAGE : Number(n));
  const rest =
    typeof last === 'string' ? all.filter(entry => entry > last) : all;
  const shown = rest.slice(0, size);
  if (size > 0 && rest.length > size) {
    const query = new URLSearchParams({
      last: shown[shown.length - 1],
      n: String(size),
    });
    response.set(
      'link',
      `<${request.originalUrl.split('?')[0]}?${query}>; rel="next"`,
    );
  }
  return shown;
}

/** `GET /v2/<name>/tags/list` */
export const listTags: Handler = ({ request, response, name, repository }) => {
  if (!repository.exists) {
    throw new RegistryError(
      'NAME_UNKNOWN',
      `repository ${name.full} is not known: nothing was pushed to it`,
      { detail: { name: name.full } },
    );
  }
  response.json({
    name: name.full,
    tags: page(request, response, repository.tags),
  });
};

/** `GET /v2/<name>/referrers/<digest>` */
export const listReferrers: Handler = ({
  request,
  response,
  repository,
  reference,
}) => {
  const { artifactType } = request.query;
  let manifests = repository.referrers(parseDigest(reference));
  if (typeof artifactType === 'string') {
    manifests = manifests.filter(entry => entry.artifactType === artifactType);
    response.set('oci-filters-applied', 'artifactType');
  }
  response
    .set('content-type', OCI_INDEX)
    .end(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
};

/** `GET /v2/_catalog`: the repositories that the visitor may know of, of all registries. */
export function listCatalog(
  { registries, gatekeeper }: Protocol,
  request: Request,
  response: Response,
): void {
  const wanted: Access = { type: 'registry', name: 'catalog', actions: ['*'] };
  const { subject, access } = gatekeeper.admitAny(request, wanted);
  if (access && !access.some(({ name }) => name === 'catalog')) {
    throw gatekeeper.unauthorized(wanted, 'insufficient_scope');
  }
  const repositories = registries
    .list()
    .flatMap(({ name, names }) =>
      names.map(repository => `${name}/${repository}`),
    )
    .filter(full =>
      gatekeeper.may(subject, parseRepositoryName(full), 'metadata_read'),
    )
    .sort();
  response.json({ repositories: page(request, response, repositories) });
}
