import type { Context } from '../context';
import { invalidField } from '../errors';
import type { EnvironmentRecord } from '../records';
import { Seen, changeEnvironment } from './change';

/**
 * Says when an environment is to be retired, or that it is not.
 *
 * @param expiresAt undefined: never.
 * @throws BAD_REQUEST for a time that is past; CONFLICT for a version that is not the last.
 */
export async function setExpiry(
  ctx: Pick<Context, 'db' | 'actor'>,
  seen: Seen,
  expiresAt: Date | undefined,
): Promise<EnvironmentRecord> {
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    throw invalidField(
      'expiresAt',
      'expiresAt: this is past; give a time to come, or retire the environment',
    );
  }
  return changeEnvironment(ctx, seen, { expiresAt }, current => {
    const text = expiresAt?.toISOString();
    if (current.expiresAt === text) return undefined;
    return {
      expiresAt: expiresAt ?? null,
      event: {
        kind: 'environment.expiry',
        message: text
          ? `${current.name} is to be retired on ${text.slice(0, 16)} UTC`
          : `${current.name} stays until somebody retires it`,
      },
    };
  });
}
