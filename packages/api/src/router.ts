import { addressingRouter } from './addressing/router';
import { apiKeysRouter } from './apiKeys/router';
import { environmentsRouter } from './environments/router';
import { jobsRouter } from './jobs/router';
import { healthRouter } from './health';
import { releasesRouter } from './releases/router';
import { runsRouter } from './runs/router';
import { createCallerFactory, router } from './trpc';

/** Everything the API can do. Servers mount it; contexts differ, procedures do not. */
export const appRouter = router({
  addressing: addressingRouter,
  apiKeys: apiKeysRouter,
  environments: environmentsRouter,
  jobs: jobsRouter,
  health: healthRouter,
  releases: releasesRouter,
  runs: runsRouter,
});

/** The API's shape, for clients. */
export type AppRouter = typeof appRouter;

/** Calls the procedures without a server, for tests and scripts. */
export const createCaller = createCallerFactory(appRouter);
