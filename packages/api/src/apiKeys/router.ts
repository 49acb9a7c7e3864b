import { ownerSchema } from '@moorline/environment-model';
import { z } from 'zod';
import { ROLES } from '../authorization';
import { draftSchema, timeSchema } from '../inputs';
import { procedureFor, router } from '../trpc';
import {
  apiKeyRecordSchema,
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from './apiKeys';

const LONGEST_MS = 366 * 24 * 3600 * 1000;

/** What a key is made of; also what the command line of the server reads. */
export const newApiKeySchema = z.strictObject(
  {
    name: draftSchema('name').regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, {
      error:
        'name: use lower-case letters, digits, dots and dashes, for example release-pipeline',
    }),
    role: z.enum(ROLES, { error: `role: choose one of ${ROLES.join(', ')}` }),
    groups: z
      .array(ownerSchema, { error: 'groups: give a list of groups' })
      .max(50, { error: 'groups: use at most 50' })
      .default([]),
    scopes: z
      .array(
        z.string().regex(/^([a-zA-Z]+\.)?([a-zA-Z]+|\*)$/, {
          error: 'scopes: name procedures, for example runs.record or runs.*',
        }),
        { error: 'scopes: give a list of procedures' },
      )
      .max(50, { error: 'scopes: use at most 50' })
      .default([]),
    expiresAt: timeSchema('expiresAt').refine(
      time =>
        time.getTime() > Date.now() && time.getTime() < Date.now() + LONGEST_MS,
      { error: 'expiresAt: choose a time within the next year' },
    ),
  },
  { error: 'give an object with name, role, groups, scopes and expiresAt' },
);

const administer = procedureFor();

export const apiKeysRouter = router({
  /** The answer is the only place where the key can be read. */
  create: administer
    .input(newApiKeySchema)
    .output(z.object({ key: z.string(), record: apiKeyRecordSchema }))
    .mutation(({ ctx, input }) => createApiKey(ctx.db, input, ctx.actor.ref)),

  list: administer
    .output(z.array(apiKeyRecordSchema))
    .query(({ ctx }) => listApiKeys(ctx.db)),

  revoke: administer
    .input(
      z.object(
        { id: draftSchema('id') },
        { error: 'id: give the id of a key, as apiKeys.list has it' },
      ),
    )
    .output(apiKeyRecordSchema)
    .mutation(({ ctx, input }) =>
      revokeApiKey(ctx.db, input.id, ctx.actor.ref),
    ),
});
