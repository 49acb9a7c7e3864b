import { TRPCError, initTRPC } from '@trpc/server';
import type { Context, Permission } from './context';
import { errorReference, isInternal, issuesOf } from './errors';

const t = initTRPC.context<Context>().create({
  // Never a stack in an answer, wherever it runs.
  isDev: false,
  errorFormatter({ shape, error }) {
    const issues = issuesOf(error);
    return {
      ...shape,
      message: messageFor(error, issues),
      data: { ...shape.data, issues },
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

/** A procedure for callers who hold a permission. */
export function procedureFor(permission: Permission) {
  return t.procedure.use(async ({ ctx, next }) => {
    if (ctx.allows && !(await ctx.allows(permission))) {
      throw new TRPCError({
        code: 'FORBIDDEN',
        message: `${ctx.actor.ref} lacks the permission ${permission}. Ask an administrator of the portal for it.`,
      });
    }
    return next();
  });
}
