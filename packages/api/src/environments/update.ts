import type { PlacedEnvironmentSpec } from '@moorline/environment-model';
import { environmentSpecSchema } from '@moorline/environment-model';
import { z } from 'zod';
import type { Context } from '../context';
import { invalidField } from '../errors';
import type { EnvironmentRecord } from '../records';
import { Seen, changeEnvironment, differenceOf } from './change';

const { owner, size, services } = environmentSpecSchema.shape;

/** What can change of an environment. The rest is what Azure cannot change without making it anew. */
export const specChangeSchema = z.strictObject(
  {
    owner: owner.optional(),
    size: size.optional(),
    services: services.optional(),
  },
  {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys?.join(
            ', ',
          )}: cannot be changed; only owner, size and services can, for the rest create another environment`
        : 'change: give an object with owner, size or services',
  },
);

export type SpecChange = z.infer<typeof specChangeSchema>;

/**
 * Changes what an environment should be; its next run makes it so. What is so already changes nothing.
 *
 * @throws CONFLICT for a version that is not the last; BAD_REQUEST when the owner does not exist.
 */
export async function updateEnvironment(
  ctx: Pick<Context, 'db' | 'actor' | 'directory'>,
  seen: Seen,
  change: SpecChange,
): Promise<EnvironmentRecord> {
  if (change.owner && !(await ctx.directory.ownerExists(change.owner))) {
    throw invalidField(
      'change.owner',
      `owner: "${change.owner}" is not in the catalog; choose a group or user that is`,
    );
  }
  return changeEnvironment(ctx, seen, change, current => {
    const spec: PlacedEnvironmentSpec = { ...current.spec, ...change };
    checkWhole(spec);
    const fields = Object.keys(differenceOf(current.spec, spec));
    if (fields.length === 0) return undefined;
    return {
      spec,
      event: {
        kind: 'environment.updated',
        message: `Changed ${fields.join(', ')} of ${current.name}`,
      },
    };
  });
}

/** Rules that span several fields, as that services have different hosts. */
function checkWhole(spec: PlacedEnvironmentSpec): void {
  const result = environmentSpecSchema.safeParse(spec);
  if (result.success) return;
  const [{ path, message }] = result.error.issues;
  throw invalidField(`change.${path.join('.')}`, message);
}
