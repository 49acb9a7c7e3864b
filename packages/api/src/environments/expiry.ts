import type { Context } from '../context';
import { invalidField } from '../errors';
import type { EnvironmentRecord } from '../records';
import { Seen, changeEnvironment } from './change';

/**
 * Says when an environment is to be retired, or that it is not.
 *
 * @param expiresAt ISO 8601; undefined: never.
 * @throws BAD_REQUEST for a time that is past; CONFLICT for a version that is not the last.
 */
export async function setExpiry(
  ctx: Pick<Context, 'db' | 'actor'>,
  seen: Seen,
  expiresAt: string | undefined,
): Promise<EnvironmentRecord> {
  const to = expiresAt === undefined ? undefined : new Date(expiresAt);
  if (to && to.getTime() <= Date.now()) {
    throw invalidField(
      'expiresAt',
      'expiresAt: this is past; give a time to come, or retire the environment',
    );
  }
  return changeEnvironment(ctx, seen, { expiresAt }, current => {
    const text = to?.toISOString();
    if (current.expiresAt === text) return undefined;
    return {
      expiresAt: to ?? null,
      kind: 'environment.expiry',
      message: text
        ? `${current.name} is to be retired on ${text.slice(0, 16)} UTC`
        : `${current.name} stays until somebody retires it`,
      difference: { expiresAt: { from: current.expiresAt, to: text } },
    };
  });
}
