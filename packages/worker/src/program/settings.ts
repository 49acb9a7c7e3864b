import {
  Environment,
  TRACING_VARIABLES,
  TracingSettings,
  Variables,
  describeVariables,
  number,
  readVariables,
  text,
} from '@moorline/api/process';
import { SCHEDULES } from '../jobs/schedules';

/** What the worker is told by its environment. */
export interface Settings extends TracingSettings {
  databaseUrl: string;
  databasePool: number;
  host: string;
  port: number;
  organizationUrl: string;
  project: string;
  /** Secret. */
  token: string;
  branch: string;
  followEveryMs: number;
  /** None: logs are not kept. */
  archiveUrl: string;
  /** Empty: never. */
  driftSchedule: string;
  /** Empty: never. */
  usageSchedule: string;
  azureEndpoint: string;
  /** None: costs are estimated. */
  costsScope: string;
}

/** What cron reads; pg-boss refuses what it does not. */
const schedule = (value: string) => (value === 'never' ? '' : value);

const VARIABLES: Variables<Settings> = {
  databaseUrl: {
    name: 'MOORLINE_DATABASE_URL',
    about: 'postgres://user:password@host:5432/database; a secret',
    parse: text,
  },
  databasePool: {
    name: 'MOORLINE_DATABASE_POOL',
    about: 'connections to PostgreSQL at most',
    fallback: '10',
    parse: number(2, 500),
  },
  host: {
    name: 'MOORLINE_HOST',
    about: 'address to listen on; 0.0.0.0 in a container',
    fallback: '127.0.0.1',
    parse: text,
  },
  port: {
    name: 'MOORLINE_PORT',
    about: 'port of /livez, /readyz and /metrics; 0 for any that is free',
    fallback: '7081',
    parse: number(0, 65_535),
  },
  organizationUrl: {
    name: 'MOORLINE_AZURE_DEVOPS_URL',
    about: 'for example https://dev.azure.com/contoso',
    parse: text,
  },
  project: {
    name: 'MOORLINE_AZURE_DEVOPS_PROJECT',
    about: 'the project that environments are run by',
    parse: text,
  },
  token: {
    name: 'MOORLINE_AZURE_DEVOPS_TOKEN',
    about: 'a token with Build (Read & execute); a secret',
    parse: text,
  },
  branch: {
    name: 'MOORLINE_AZURE_DEVOPS_BRANCH',
    about: 'the branch that environments live on',
    fallback: 'main',
    parse: text,
  },
  ...TRACING_VARIABLES,
  followEveryMs: {
    name: 'MOORLINE_FOLLOW_EVERY_MS',
    about: 'pause between two looks at a run; 30000 with service hooks',
    fallback: '1000',
    parse: number(100, 600_000),
  },
  archiveUrl: {
    name: 'MOORLINE_ARCHIVE_URL',
    about:
      'container for logs, https://ACCOUNT.blob.core.windows.net/runs; none keeps none',
    fallback: '',
    parse: text,
  },
  driftSchedule: {
    name: 'MOORLINE_DRIFT_SCHEDULE',
    about: 'when to look for drift, as cron has it, in UTC; never for never',
    fallback: SCHEDULES['look-for-drift'],
    parse: schedule,
  },
  usageSchedule: {
    name: 'MOORLINE_USAGE_SCHEDULE',
    about: 'when to record usage and cost, likewise',
    fallback: SCHEDULES['collect-usage'],
    parse: schedule,
  },
  azureEndpoint: {
    name: 'MOORLINE_AZURE_ENDPOINT',
    about: 'Azure Resource Manager',
    fallback: 'https://management.azure.com',
    parse: text,
  },
  costsScope: {
    name: 'MOORLINE_COSTS_SCOPE',
    about:
      'what Azure bills, for example /subscriptions/ID; none: costs are estimated',
    fallback: '',
    parse: text,
  },
};

/** @throws SettingsError naming every variable that is missing or wrong, without its value. */
export function readSettings(env: Environment): Settings {
  return readVariables(VARIABLES, env);
}

/** The variables, one a line, for `--help`. */
export function describeSettings(): string {
  return describeVariables(VARIABLES);
}
