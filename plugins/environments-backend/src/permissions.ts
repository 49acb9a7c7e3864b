import type {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { Permission } from '@moorline/api';
import { environmentPermissions } from '@moorline/plugin-environments-common';

/** Asks the portal's policy. */
export function permissionCheck(
  permissions: PermissionsService,
  credentials: BackstageCredentials,
) {
  return async (name: Permission): Promise<boolean> => {
    const permission = environmentPermissions.find(
      candidate => candidate.name === name,
    );
    if (!permission) throw new Error(`unknown permission ${name}`);
    const [decision] = await permissions.authorize([{ permission }], {
      credentials,
    });
    return decision.result === AuthorizeResult.ALLOW;
  };
}
