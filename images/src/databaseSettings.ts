import { readFileSync } from 'fs';
import type { ClientConfig } from 'pg';
import { entraPassword } from '@moorline/api/entra';

type Variables = Readonly<Record<string, string | undefined>>;

/** Encrypted, whoever answers: what libpq does when it has no authority to ask. */
const UNVERIFIED = { rejectUnauthorized: false };

/** AKS puts the second of these variables into pods that have an identity. */
const hasOnlyIdentity = (env: Variables) =>
  !env.PGPASSWORD && Boolean(env.AZURE_FEDERATED_TOKEN_FILE);

/**
 * How to reach PostgreSQL: `DATABASE_URL`, else the variables of libpq, of which `pg` reads PGHOST, PGUSER and their like
 * by itself. Without a password a pod that has a workload identity signs in as that.
 * @returns undefined when neither is set
 */
export function databaseSettings(env: Variables): ClientConfig | undefined {
  const { DATABASE_URL: url, PGHOST: host } = env;
  if (!url && !host) return undefined;
  return {
    ...(url && { connectionString: url }),
    ...(!url && hasOnlyIdentity(env) && { password: entraPassword() }),
    ...tlsOf(env),
    connectionTimeoutMillis: Number(env.PGCONNECT_TIMEOUT ?? 10) * 1000,
  };
}

/** `pg` knows PGSSLMODE; this adds the authority that PGSSLROOTCERT names, and libpq's `require`, which asks no name. */
function tlsOf(env: Variables): Pick<ClientConfig, 'ssl'> {
  const { PGSSLMODE: mode, PGSSLROOTCERT: authority } = env;
  if (!mode || mode === 'disable') return {};
  if (!authority) return mode === 'require' ? { ssl: UNVERIFIED } : {};
  const ca = readFileSync(authority, 'utf8');
  // As libpq: verify-ca believes the authority and not the name.
  return mode === 'verify-full'
    ? { ssl: { ca } }
    : { ssl: { ca, checkServerIdentity: () => undefined } };
}
