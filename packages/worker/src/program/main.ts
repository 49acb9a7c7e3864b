import { createDatabase, migrate } from '@moorline/api';
import {
  SettingsError,
  createLog,
  databaseReadiness,
  errorFields,
  traceProcess,
} from '@moorline/api/process';
import { createAzureDevOps } from '@moorline/azure-devops';
import { openArchive } from '../archive';
import { resourceManagerToken } from '../azureIdentity';
import { createCostManagement } from '../usage/costManagement';
import { startWorker } from '../worker';
import { serveHealth } from './health';
import { createMetrics } from './metrics';
import { Settings, describeSettings, readSettings } from './settings';

const HELP = `Usage: moorline-worker

Follows runs and does jobs until SIGTERM or SIGINT. Any number of workers share both.

Environment variables:
${describeSettings()}
`;

const log = createLog();

function costsOf({ azureEndpoint, costsScope }: Settings) {
  return costsScope
    ? createCostManagement({
        endpoint: azureEndpoint,
        scope: costsScope,
        token: resourceManagerToken(),
      })
    : undefined;
}

async function work(): Promise<void> {
  const settings = readSettings(process.env);
  const stopTracing = await traceProcess('moorline-worker', settings);
  const { organizationUrl, project, token, branch, archiveUrl } = settings;
  const archive = archiveUrl ? await openArchive(archiveUrl) : undefined;
  const db = createDatabase({
    connectionString: settings.databaseUrl,
    max: settings.databasePool,
    application_name: 'moorline-worker',
  });
  await migrate(db);
  const client = createAzureDevOps({
    organizationUrl,
    project,
    token,
    // It gives up early: whatever failed is done again by itself.
    retry: { attempts: 2, maxRetryAfterMs: 5_000 },
  });
  const health = await serveHealth({
    host: settings.host,
    port: settings.port,
    readiness: databaseReadiness(db),
    metrics: createMetrics(db),
  });
  const worker = await startWorker({
    db,
    logger: log,
    azureDevOps: { client, branch },
    archive,
    costs: costsOf(settings),
    schedules: {
      'look-for-drift': settings.driftSchedule,
      'collect-usage': settings.usageSchedule,
    },
    followEveryMs: settings.followEveryMs,
  });
  log.info('working', { health: health.url });

  const end = async () => {
    await worker.stop();
    client.close();
    await health.close();
    await db.close();
    await stopTracing();
    log.info('ended');
    log.flush();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      end().catch(fail);
    });
  }
}

function fail(error: unknown): void {
  if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\nTry --help.\n`);
  } else {
    log.error('cannot go on', errorFields(error));
    log.flush();
  }
  process.exit(error instanceof SettingsError ? 2 : 1);
}

if (process.argv.includes('--help')) process.stdout.write(HELP);
else work().catch(fail);
