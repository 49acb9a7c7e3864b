import type { LoggerService } from '@backstage/backend-plugin-api';
import { Database, bringForward } from '@moorline/api';
import { createHash, timingSafeEqual } from 'node:crypto';
import express, { NextFunction, Request, Response, Router } from 'express';
import { z } from 'zod';
import type { HookCredentials } from './runsConfig';

/** A build completed, or a run, a stage or a job of it went on. Everything else of the event is read from the API. */
const eventSchema = z.discriminatedUnion('eventType', [
  z.object({
    eventType: z.literal('build.complete'),
    resource: z.object({ id: z.int().positive() }),
  }),
  z.object({
    eventType: z.enum([
      'ms.vss-pipelines.run-state-changed-event',
      'ms.vss-pipelines.stage-state-changed-event',
      'ms.vss-pipelines.job-state-changed-event',
    ]),
    resource: z.object({ run: z.object({ id: z.int().positive() }) }),
  }),
]);

/** Azure DevOps sends the texts of the event too, in three forms. */
const MAX_BODY = '256kb';

/**
 * Takes Azure DevOps' service hooks at `/hooks/azure-devops`: what happened to a run is read at once. An event says no
 * more than which run to read, so that a forged one could do no more than that.
 */
export function createHookRouter(options: {
  db: Database;
  logger: LoggerService;
  hook: HookCredentials;
}): Router {
  const { db, logger, hook } = options;
  const router = express.Router();
  router.post(
    '/hooks/azure-devops',
    requireCredentials(hook),
    express.json({ limit: MAX_BODY }),
    async (request, response) => {
      const event = eventSchema.safeParse(request.body);
      if (!event.success) {
        response.status(400).json({
          error: `This is no event that Moorline reads: ${z.prettifyError(
            event.error,
          )}. Subscribe to "Build completed", "Run state changed", "Run stage state changed" or "Run job state changed".`,
        });
        return;
      }
      const { data } = event;
      const buildId =
        data.eventType === 'build.complete'
          ? data.resource.id
          : data.resource.run.id;
      const known = await bringForward(db, buildId);
      logger.debug(
        `${data.eventType} of build ${buildId}${
          known ? '' : ', which no run waits for'
        }`,
      );
      response.status(204).end();
    },
  );
  return router;
}

function requireCredentials({ username, password }: HookCredentials) {
  const expected = digest(
    `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  );
  return (request: Request, response: Response, next: NextFunction) => {
    const given = digest(request.headers.authorization ?? '');
    if (timingSafeEqual(given, expected)) {
      next();
      return;
    }
    response
      .status(401)
      .set('WWW-Authenticate', 'Basic realm="moorline"')
      .json({
        error:
          'Give the service hook the user name and password of moorline.runs.hook.',
      });
  };
}

/** Of one length, whatever was sent, so that the time of a comparison tells nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
