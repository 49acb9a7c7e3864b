import type { AuthService } from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { Directory } from '@moorline/api';
import { TRPCError } from '@trpc/server';

const OWNERS = ['group', 'user'];

/** Owners are the groups and users of the catalog. */
export function catalogDirectory(services: {
  auth: AuthService;
  catalog: CatalogService;
}): Directory {
  const { auth, catalog } = services;
  return {
    async ownerExists(ref) {
      const credentials = await auth.getOwnServiceCredentials();
      const entity = await catalog
        .getEntityByRef(ref, { credentials })
        .catch(cause => {
          throw new TRPCError({
            code: 'SERVICE_UNAVAILABLE',
            message:
              'owner: the catalog does not answer, so it is not known whether the owner exists; nothing was created, try again in a minute',
            cause,
          });
        });
      return entity !== undefined && OWNERS.includes(entity.kind.toLowerCase());
    },
  };
}
