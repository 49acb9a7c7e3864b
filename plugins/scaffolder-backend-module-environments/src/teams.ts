import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { Team } from '@moorline/environment-model';

/** Finds who administers the environments of an owner in Azure, as the person with these credentials may see it. */
export type Teams = (
  owner: string,
  credentials: BackstageCredentials,
) => Promise<Team>;

/** Written by Backstage's reader of Microsoft Entra ID. */
const GROUP_ID = 'graph.microsoft.com/group-id';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/**
 * The owner's Entra group as the catalog has it, and what it does not say from `moorline.azure.team`.
 *
 * @throws InputError, when the environment is asked for, that names what is missing and where it belongs.
 */
export function catalogTeams(services: {
  catalog: Pick<CatalogService, 'getEntityByRef'>;
  config: Config;
}): Teams {
  const { catalog, config } = services;
  return async (owner, credentials) => {
    const entity = await catalog.getEntityByRef(owner, { credentials });
    const team = {
      ...configuredTeam(config),
      ...(entity && groupOf(entity)),
    };
    const { groupObjectId, groupName, email } = team;
    if (!groupObjectId || !groupName) {
      throw new InputError(
        `owner: the catalog knows no Entra group of ${owner}; annotate it with ${GROUP_ID}, choose a group that has it, or set moorline.azure.team in the portal's configuration`,
      );
    }
    if (!UUID.test(groupObjectId)) {
      throw new InputError(
        `owner: "${groupObjectId}" is not the id of an Entra group; correct the annotation ${GROUP_ID} of ${owner} or moorline.azure.team.groupObjectId`,
      );
    }
    if (!email || !EMAIL.test(email)) {
      throw new InputError(
        `owner: ${owner} has no address that alerts could go to; give the group spec.profile.email, or set moorline.azure.team.email in the portal's configuration`,
      );
    }
    return { groupObjectId, groupName, email };
  };
}

function configuredTeam(config: Config): Partial<Team> {
  const key = (name: string) => `moorline.azure.team.${name}`;
  return {
    groupObjectId: config.getOptionalString(key('groupObjectId')),
    groupName: config.getOptionalString(key('groupName')),
    email: config.getOptionalString(key('email')),
  };
}

/** Without the annotation nothing of the group is taken but its address: an id and a name belong together. */
function groupOf({ metadata, spec }: Entity): Partial<Team> {
  const profile = (spec?.profile ?? {}) as {
    displayName?: string;
    email?: string;
  };
  const groupObjectId = metadata.annotations?.[GROUP_ID];
  return {
    ...(groupObjectId && {
      groupObjectId,
      groupName: profile.displayName ?? metadata.name,
    }),
    ...(profile.email && { email: profile.email }),
  };
}
