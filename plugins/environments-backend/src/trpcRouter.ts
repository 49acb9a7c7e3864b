import type {
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { Context, appRouter, errorReference, isInternal } from '@moorline/api';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { Router } from 'express';
import { Callers, stillValid } from './actor';
import { permissionCheck } from './permissions';

/** Larger than any environment; a request beyond it is refused before it is read. */
const MAX_BODY_BYTES = 1_000_000;

/** Mounts the API's router at `/trpc`, with Backstage's caller as its actor. */
export function createTrpcRouter(options: {
  callers: Callers;
  permissions: PermissionsService;
  logger: LoggerService;
  /** What is the same for every request. */
  context: Omit<Context, 'actor' | 'allows' | 'reidentify'>;
}): Router {
  const { callers, permissions, logger, context } = options;
  const router = express.Router();
  router.use(
    '/trpc',
    createExpressMiddleware({
      router: appRouter,
      maxBodySize: MAX_BODY_BYTES,
      async createContext({ req }) {
        const caller = await callers.identify(req);
        return {
          ...context,
          actor: caller.actor,
          allows: permissionCheck(permissions, caller.credentials),
          reidentify: () => stillValid(caller),
        };
      },
      onError({ error, path }) {
        if (isInternal(error)) {
          logger.error(
            `${path ?? 'request'} failed, reference ${errorReference(error)}`,
            error.cause ?? error,
          );
        }
      },
    }),
  );
  return router;
}
