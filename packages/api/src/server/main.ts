import { parseArgs } from 'node:util';
import { createApiKey } from '../apiKeys/apiKeys';
import { newApiKeySchema } from '../apiKeys/router';
import { createDatabase } from '../database/database';
import { migrate } from '../database/migrate';
import { Live } from '../live/live';
import { traceProcess } from '../tracing/settings';
import { Callers } from './authentication/callers';
import { RateLimit } from './rateLimit';
import { errorFields, createLog } from './log';
import { startServer } from './server';
import { Settings, describeSettings, readSettings } from './settings';
import { SettingsError } from './variables';

const HELP = `Usage: moorline-api [COMMAND]

  serve         serve the API until SIGTERM or SIGINT (default)
  create-key    make an API key and print it, once:
                --name NAME --role reader|pipeline|member|operator
                [--groups group:default/a,…] [--scopes runs.*,…] [--days 90]
  --help        print this

Environment variables:
${describeSettings()}

Issuers, for example:
  - kind: backstage
    issuer: https://portal.example.org/api/auth
    jwks: https://portal.example.org/api/auth/.well-known/jwks.json
    audience: backstage
    roles: { 'group:default/platform': operator }
  - kind: entra
    issuer: https://login.microsoftonline.com/TENANT/v2.0
    audience: api://moorline
    groups: { OBJECT-ID-OF-A-GROUP: 'group:default/team-orders' }
    roles: { Moorline.Operator: operator, Moorline.Member: member }
  - kind: azure-pipelines
    issuer: https://vstoken.dev.azure.com/ORGANISATION-ID
    audience: api://AzureADTokenExchange
    project: ORGANISATION/PROJECT

The API is served at /trpc; beside it are /livez, /readyz and /metrics, which are not for the internet.
`;

const log = createLog();

function openDatabase(settings: Settings) {
  return createDatabase({
    connectionString: settings.databaseUrl,
    max: settings.databasePool,
    statement_timeout: settings.requestTimeoutMs,
    connectionTimeoutMillis: settings.requestTimeoutMs,
    application_name: 'moorline-api',
  });
}

async function serve(): Promise<void> {
  const settings = readSettings(process.env);
  const stopTracing = await traceProcess('moorline-api', settings);
  const db = openDatabase(settings);
  const applied = await migrate(db);
  if (applied.length > 0) log.info('tables brought up to date', { applied });

  const live = new Live({
    db,
    perCaller: settings.subscriptionsPerCaller,
    onProblem: error =>
      log.warn('changes are not heard; trying again', errorFields(error)),
  });
  const callers = new Callers(db, settings.issuers);
  const rate = new RateLimit({
    perSecond: settings.callsPerSecond,
    burst: settings.callsBurst,
  });
  // The owner of an environment is checked by authorization: people create for themselves and their groups.
  const directory = { ownerExists: async () => true };
  const server = await startServer({
    db,
    live,
    log,
    host: settings.host,
    port: settings.port,
    limits: {
      bodyBytes: settings.maxBodyBytes,
      batchSize: settings.maxBatch,
      requestMs: settings.requestTimeoutMs,
    },
    corsOrigins: settings.corsOrigins,
    drainMs: settings.drainMs,
    graceMs: settings.graceMs,
    async contextOf(request, calls) {
      const actor = await callers.identify(request).catch(error => {
        // Whoever tries tokens has few tries.
        rate.take(`address:${request.socket.remoteAddress}`, calls);
        throw error;
      });
      rate.take(actor.ref, calls);
      return {
        db,
        actor,
        directory,
        live,
        reidentify: () => callers.identify(request),
      };
    },
  });
  log.info('serving', { url: server.url });

  const end = async () => {
    await server.close();
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

async function createKey(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: 'string' },
      role: { type: 'string' },
      groups: { type: 'string', default: '' },
      scopes: { type: 'string', default: '' },
      days: { type: 'string', default: '90' },
    },
  });
  const list = (text: string) => text.split(',').filter(Boolean);
  const days = Number(values.days);
  const wish = newApiKeySchema.safeParse({
    name: values.name,
    role: values.role,
    groups: list(values.groups),
    scopes: list(values.scopes),
    expiresAt: Number.isFinite(days)
      ? new Date(Date.now() + Math.min(days, 1e6) * 86_400_000).toISOString()
      : values.days,
  });
  if (!wish.success) {
    throw new SettingsError(wish.error.issues.map(({ message }) => message));
  }
  const db = openDatabase(readSettings(process.env));
  try {
    await migrate(db);
    const { key } = await createApiKey(db, wish.data, 'operator:command-line');
    process.stdout.write(`${key}\n`);
  } finally {
    await db.close();
  }
}

function fail(error: unknown): void {
  const mistake =
    error instanceof SettingsError ||
    String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
  if (mistake) {
    process.stderr.write(`${(error as Error).message}\nTry --help.\n`);
  } else {
    log.error('cannot go on', errorFields(error));
    log.flush();
  }
  process.exit(mistake ? 2 : 1);
}

const [command = 'serve', ...rest] = process.argv.slice(2);
if (command === '--help' || rest.includes('--help')) {
  process.stdout.write(HELP);
} else if (command === 'serve') {
  serve().catch(fail);
} else if (command === 'create-key') {
  createKey(rest).catch(fail);
} else {
  fail(new SettingsError([`There is no command "${command}".`]));
}
