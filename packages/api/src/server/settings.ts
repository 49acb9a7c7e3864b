import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { TRACING_VARIABLES, TracingSettings } from '../tracing/settings';
import { Issuer, issuerSchema } from './authentication/issuers';
import {
  Environment,
  Variables,
  describeVariables,
  number,
  readVariables,
  text,
} from './variables';

/** What the server is told by its environment. Times are in milliseconds. */
export interface Settings extends TracingSettings {
  databaseUrl: string;
  databasePool: number;
  host: string;
  port: number;
  issuers: Issuer[];
  corsOrigins: string[];
  maxBodyBytes: number;
  maxBatch: number;
  requestTimeoutMs: number;
  callsPerSecond: number;
  callsBurst: number;
  subscriptionsPerCaller: number;
  drainMs: number;
  graceMs: number;
}

const list = (value: string) =>
  value
    .split(',')
    .map(item => item.trim())
    .filter(Boolean);

const origins = (value: string) =>
  list(value).map(item => {
    if (!URL.canParse(item) || new URL(item).origin !== item) {
      throw new Error(
        `"${item}" is no origin; give for example https://portal.example.org`,
      );
    }
    return item;
  });

function issuers(value: string): Issuer[] {
  if (!value) return [];
  const source = /^\s*\[/.test(value) ? value : readFileSync(value, 'utf8');
  const result = z.array(issuerSchema).safeParse(parseYaml(source));
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new Error(`${path.join('.') || 'the list'}: ${message}`);
}

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
    parse: number(1, 500),
  },
  host: {
    name: 'MOORLINE_HOST',
    about: 'address to listen on; 0.0.0.0 in a container',
    fallback: '127.0.0.1',
    parse: text,
  },
  port: {
    name: 'MOORLINE_PORT',
    about: 'port to listen on; 0 for any that is free',
    fallback: '7080',
    parse: number(0, 65_535),
  },
  issuers: {
    name: 'MOORLINE_ISSUERS',
    about:
      'whose tokens are believed: a JSON list, or a file with one in JSON or YAML (below)',
    fallback: '',
    parse: issuers,
  },
  corsOrigins: {
    name: 'MOORLINE_CORS_ORIGINS',
    about: 'origins whose pages may call, separated by commas',
    fallback: '',
    parse: origins,
  },
  maxBodyBytes: {
    name: 'MOORLINE_MAX_BODY_BYTES',
    about: 'largest body of a request',
    fallback: '1000000',
    parse: number(1_000, 100_000_000),
  },
  maxBatch: {
    name: 'MOORLINE_MAX_BATCH',
    about: 'most calls in one request',
    fallback: '50',
    parse: number(1, 1_000),
  },
  requestTimeoutMs: {
    name: 'MOORLINE_REQUEST_TIMEOUT_MS',
    about: 'longest time for an answer, and for a statement in PostgreSQL',
    fallback: '30000',
    parse: number(100, 600_000),
  },
  callsPerSecond: {
    name: 'MOORLINE_CALLS_PER_SECOND',
    about: 'calls a second of one caller, in the long run',
    fallback: '100',
    parse: number(1, 1_000_000),
  },
  callsBurst: {
    name: 'MOORLINE_CALLS_BURST',
    about: 'calls that a caller may make at once after a pause',
    fallback: '500',
    parse: number(1, 1_000_000),
  },
  subscriptionsPerCaller: {
    name: 'MOORLINE_SUBSCRIPTIONS_PER_CALLER',
    about: 'subscriptions that a caller may have at once',
    fallback: '20',
    parse: number(1, 10_000),
  },
  ...TRACING_VARIABLES,
  drainMs: {
    name: 'MOORLINE_DRAIN_MS',
    about:
      'after SIGTERM: how long to go on serving, until load balancers have noticed',
    fallback: '5000',
    parse: number(0, 600_000),
  },
  graceMs: {
    name: 'MOORLINE_GRACE_MS',
    about: 'and then: how long to wait for requests to end',
    fallback: '20000',
    parse: number(0, 600_000),
  },
};

/**
 * Reads the settings from environment variables.
 *
 * @throws SettingsError naming every variable that is missing or wrong, without its value.
 */
export function readSettings(env: Environment): Settings {
  return readVariables(VARIABLES, env);
}

/** The variables, one a line, for `--help`. */
export function describeSettings(): string {
  return describeVariables(VARIABLES);
}
