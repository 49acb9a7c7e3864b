import { parseArgs } from 'util';
import { backUp, backupsIn, restore } from './backup';
import { ensureDatabases } from './databases';
import { askServer } from './ready';
import { ProgramError } from './run';
import { runServer } from './server';
import { withSession } from './session';
import { serverSettings, UsageError } from './settings';
import { openStorage } from './storage';

const USAGE = `Usage: moorline-pg COMMAND

  postgres [ARGS]    run the server; the first start makes the data folder (PGDATA)
  ready              exit code 0: takes clients, 1: not now, 2: does not answer
  databases FOLDER   for each folder NAME with a file "password": a role and a database of that name
  check              sign in, make a temporary table, print the version
  backup             copy the whole server to MOORLINE_BACKUPS while it works
  backups            list what is there
  restore [NAME]     put a backup, or the newest, in place of PGDATA while the server is stopped
                     --if-empty   do nothing when there is data
                     --set-aside  rename the data that is there

Server: POSTGRES_PASSWORD_FILE, POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS as in the official image,
  POSTGRES_TLS_FOLDER (tls.crt and tls.key: then clients must use TLS), MOORLINE_POD_ADDRESS (listen there only).
Clients: DATABASE_URL, or PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, PGSSLROOTCERT.
Backups: MOORLINE_BACKUPS, a folder or https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER with a signature (SAS);
  without one the pod signs in by workload identity.
`;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Each gives its exit code, or nothing for success. */
const COMMANDS: Record<string, (args: string[]) => Promise<number | void>> = {
  postgres: runServer,

  ready: () => askServer(process.env),

  async databases([folder, ...rest]) {
    if (!folder || rest.length > 0) throw new UsageError('Give one folder');
    const names = await withSession(client => ensureDatabases(client, folder));
    say(`Databases: ${names.join(', ') || 'none'}.`);
  },

  check: () =>
    withSession(async client => {
      await client.query('CREATE TEMPORARY TABLE moorline_check (id integer)');
      const { rows } = await client.query<{ text: string }>(
        `SELECT format('%s in %s: %s', current_user, current_database(), version()) AS text`,
      );
      say(rows[0].text);
    }),

  async backup() {
    const storage = await openStorage(process.env);
    const { name, bytes } = await withSession(
      client => backUp(client, storage),
      { replication: 'true' },
    );
    say(`${name}: ${bytes} bytes.`);
  },

  async backups() {
    (await backupsIn(await openStorage(process.env))).forEach(say);
  },

  async restore(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        'if-empty': { type: 'boolean', default: false },
        'set-aside': { type: 'boolean', default: false },
      },
    });
    const { data } = serverSettings({ PGDATA: process.env.PGDATA }, () => '');
    const name = await restore(
      await openStorage(process.env),
      data,
      (values['if-empty'] && 'keep') ||
        (values['set-aside'] && 'set-aside') ||
        'refuse',
      positionals[0],
    );
    say(name ? `${name} is in ${data}.` : `${data} has data, which stays.`);
  },
};

function exitCodeOf(error: Error): number {
  if (error instanceof UsageError) return 2;
  return (error instanceof ProgramError && error.code) || 1;
}

async function main(): Promise<number> {
  const [name = '--help', ...args] = process.argv.slice(2);
  if (name === '--help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new UsageError(`There is no command "${name}".\n\n${USAGE}`);
  }
  return (await COMMANDS[name](args)) ?? 0;
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`moorline-pg: ${error.message}\n`);
    process.exitCode = exitCodeOf(error);
  },
);
