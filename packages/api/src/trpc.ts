import { TRPCError, initTRPC } from '@trpc/server';
import { authorize } from './authorization';
import type { Context, Permission } from './context';
import { errorReference, isInternal, issuesOf, staleOf } from './errors';
import type { Following } from './live/follow';
import { traceWork } from './tracing/spans';

const t = initTRPC.context<Context>().create({
  // Never a stack in an answer, wherever it runs.
  isDev: false,
  sse: {
    // Under the minute after which proxies take a connection for dead.
    ping: { enabled: true, intervalMs: 15_000 },
    client: { reconnectAfterInactivityMs: 40_000 },
  },
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
  return t.procedure.use(({ ctx, path, type, next }) =>
    traceCall(path, type, async () => {
      const reach = await authorize(ctx, path, permission);
      return reach === 'own' ? next({ ctx: { ownOnly: true } }) : next();
    }),
  );
}

function traceCall<T extends { ok: boolean }>(
  path: string,
  type: string,
  work: () => Promise<T>,
): Promise<T> {
  return traceWork(
    path,
    { 'rpc.system.name': 'trpc', 'rpc.method': path, 'moorline.call': type },
    work,
    outcome => {
      if ('error' in outcome) return (outcome.error as TRPCError).code;
      const { ok, error } = outcome.result as {
        ok: boolean;
        error?: TRPCError;
      };
      return ok ? undefined : error?.code;
    },
  );
}

/** Reasons for which a caller is not to be served any longer. */
const LEFT = ['UNAUTHORIZED', 'FORBIDDEN'];

/** A subscription for callers with a permission, who are checked again as long as it lasts. */
export function subscriptionFor(permission: Permission) {
  return procedureFor(permission).use(({ ctx, path, next }) => {
    const { live, reidentify } = ctx;
    if (!live) {
      throw new TRPCError({
        code: 'PRECONDITION_FAILED',
        message: 'Changes cannot be followed here; ask for the state instead.',
      });
    }
    const mayStill: Following['mayStill'] = async () => {
      try {
        const actor = (await reidentify?.()) ?? ctx.actor;
        await authorize({ ...ctx, actor }, path, permission);
        return true;
      } catch (error) {
        return !LEFT.includes((error as TRPCError).code);
      }
    };
    return next({ ctx: { live, mayStill } });
  });
}
