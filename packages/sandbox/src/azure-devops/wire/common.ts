import type { ServerContext } from '../context';
import type { IdentityRecord } from '../store/model';

/** An identity as answers carry it. */
export function identityWire(
  context: Pick<ServerContext, 'urls'>,
  identity: IdentityRecord,
) {
  return {
    displayName: identity.displayName,
    url: `${context.urls.organizationUrl}/_apis/Identities/${identity.id}`,
    id: identity.id,
    uniqueName: identity.uniqueName,
    descriptor: identity.descriptor,
  };
}

/** The project as answers carry it. */
export function projectWire({
  organization: { project },
  urls,
}: Pick<ServerContext, 'urls' | 'organization'>) {
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    url: urls.project(),
    state: 'wellFormed',
    revision: 1,
    visibility: 'private',
    lastUpdateTime: project.lastUpdateTime,
  };
}
