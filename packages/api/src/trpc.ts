import { TRPCError, initTRPC } from '@trpc/server';
import { reachOf } from './authorization';
import type { Context, Permission } from './context';
import { errorReference, isInternal, issuesOf, staleOf } from './errors';

const t = initTRPC.context<Context>().create({
  // Never a stack in an answer, wherever it runs.
  isDev: false,
  errorFormatter({ shape, error }) {
    const issues = issuesOf(error);
    return {
      ...shape,
      message: messageFor(error, issues),
      data: { ...shape.data, issues, stale: staleOf(error) },
    };
  },
});

function messageFor(
  error: TRPCError,
  issues: { message: string }[] | undefined,
): string {
  if (isInternal(error)) {
    return `Something went wrong on our side. Try again; if it lasts, ask an operator to look for ${errorReference(
      error,
    )} in the log.`;
  }
  return issues?.map(issue => issue.message).join('\n') || error.message;
}

export const router = t.router;

/** For direct calls in tests and scripts. */
export const createCallerFactory = t.createCallerFactory;

/**
 * A procedure for callers whom the table of authorization allows it or, where they have no role, who hold a permission.
 *
 * @param permission Left out: for callers with a role only.
 */
export function procedureFor(permission?: Permission) {
  return t.procedure.use(async ({ ctx, path, next }) => {
    const { actor, allows } = ctx;
    const { role } = actor;
    if (role) {
      return reachOf({ ...actor, role }, path) === 'own'
        ? next({ ctx: { ownOnly: true } })
        : next();
    }
    if (!permission || (allows && !(await allows(permission)))) {
      const what = permission
        ? `the permission ${permission}. Ask an administrator of the portal for it.`
        : 'a role for this. Call the API itself, as an operator.';
      throw new TRPCError({
        code: 'FORBIDDEN',
        message: `${actor.ref} lacks ${what}`,
      });
    }
    return next();
  });
}
