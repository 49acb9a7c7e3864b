import path from 'path';

/** A variable or argument cannot be used; the message says which and what to give. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** What the server is told by its environment; names and meanings are those of the official image where it has them. */
export interface ServerSettings {
  /** PGDATA: the data folder, made at the first start. */
  data: string;
  /** POSTGRES_PASSWORD or the file that POSTGRES_PASSWORD_FILE names. */
  password?: string;
  superuser: string;
  /** POSTGRES_DB: made at the first start. */
  database: string;
  initdbArguments: string[];
  /** Scripts run once after the first start: `*.sql`, and `*.sh` where there is a shell. */
  initFolder: string;
  /** POSTGRES_TLS_FOLDER: has tls.crt and tls.key. */
  tlsFolder?: string;
  /** POSTGRES_TLS: whether clients must use TLS; else they may, and the folder may be empty. */
  tlsRequired: boolean;
  /** MOORLINE_POD_ADDRESS: the one address to listen on; left out, all. */
  address?: string;
}

/** Where the official image of this major version keeps its data. */
const DATA = '/var/lib/postgresql/18/docker';

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws UsageError when a value cannot be used */
export function serverSettings(
  env: Variables,
  readFile: (file: string) => string,
): ServerSettings {
  const file = env.POSTGRES_PASSWORD_FILE;
  if (file && env.POSTGRES_PASSWORD) {
    throw new UsageError(
      'POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both set: give one of them',
    );
  }
  const tls = env.POSTGRES_TLS || 'required';
  if (!['required', 'offered'].includes(tls)) {
    throw new UsageError(
      `POSTGRES_TLS is ${tls}: give required, or offered to let clients do without`,
    );
  }
  const superuser = env.POSTGRES_USER || 'postgres';
  return {
    data: path.resolve(env.PGDATA || DATA),
    password: file
      ? readFile(file).replace(/\r?\n$/, '')
      : env.POSTGRES_PASSWORD || undefined,
    superuser,
    database: env.POSTGRES_DB || superuser,
    initdbArguments: (env.POSTGRES_INITDB_ARGS ?? '')
      .split(/\s+/)
      .filter(Boolean),
    initFolder: env.POSTGRES_INIT_FOLDER || '/docker-entrypoint-initdb.d',
    tlsFolder: env.POSTGRES_TLS_FOLDER || undefined,
    tlsRequired: tls === 'required',
    address: env.MOORLINE_POD_ADDRESS || undefined,
  };
}
