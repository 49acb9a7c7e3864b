import { ownerSchema } from '@moorline/environment-model';
import { z } from 'zod';
import { ROLES } from '../../authorization';

const common = {
  /** As in the tokens' `iss`. */
  issuer: z.url({ error: 'issuer: give the address in the tokens’ "iss"' }),
  /** As in the tokens' `aud`: for whom they must be made. */
  audience: z
    .string()
    .min(1, { error: 'audience: name who the tokens are for' }),
  /** Where its keys are; left out: as its discovery document says. */
  jwks: z.url({ error: 'jwks: give the address of the keys' }).optional(),
  /** Roles by what a token says: a group, a user, or an Entra app role. The most powerful counts. */
  roles: z.record(z.string(), z.enum(ROLES)).default({}),
};

/** Somebody whose tokens are believed. */
export const issuerSchema = z.discriminatedUnion(
  'kind',
  [
    /** The portal: `sub` is the user, `ent` are the groups. */
    z.strictObject({
      kind: z.literal('backstage'),
      ...common,
      defaultRole: z.enum(ROLES).default('member'),
    }),
    /** Microsoft Entra ID. */
    z.strictObject({
      kind: z.literal('entra'),
      ...common,
      defaultRole: z.enum(ROLES).default('reader'),
      /** Groups of the catalog by the object ids of Entra's groups. */
      groups: z.record(z.string(), ownerSchema).default({}),
      /** The claim that names the user in the catalog; of an address the part before the @. */
      userClaim: z.enum(['oid', 'preferred_username', 'upn']).default('oid'),
    }),
    /** Azure DevOps, for its pipelines: `sub` is `p://organisation/project/pipeline`. */
    z.strictObject({
      kind: z.literal('azure-pipelines'),
      ...common,
      defaultRole: z.enum(ROLES).default('pipeline'),
      /** The one project whose pipelines are meant: `organisation/project`. */
      project: z.string().regex(/^[^/]+\/[^/]+$/, {
        error: 'project: give organisation/project',
      }),
    }),
  ],
  { error: 'kind: choose one of backstage, entra, azure-pipelines' },
);

/** Somebody whose tokens are believed. */
export type Issuer = z.infer<typeof issuerSchema>;
