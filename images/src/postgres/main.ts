import { parseArgs } from 'util';
import { backUp, backupsIn, discardBefore, restore } from './backup';
import { ensureDatabases } from './databases';
import { ensureEntraDatabases } from './entraDatabases';
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
  entra-databases NAME=ROLE...
                     in Azure's Flexible Server, as an administrator: databases, each open to an identity of Entra
  check              sign in, make a temporary table, print the version
  backup             copy the whole server to MOORLINE_BACKUPS while it works
                     --keep-days N  delete what is older, but not the newest
  backups            list what is there
  restore [NAME]     put a backup, or the newest, in place of PGDATA while the server is stopped
                     --if-empty   do nothing when there is data
                     --set-aside  rename the data that is there
                     --once       the same, unless the data was made of that backup; no server may run

Server: POSTGRES_PASSWORD_FILE, POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS as in the official image,
  POSTGRES_TLS_FOLDER (tls.crt and tls.key: then clients must use TLS, or may when POSTGRES_TLS is "offered"),
  MOORLINE_POD_ADDRESS (listen there only).
Clients: DATABASE_URL, or PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, PGSSLROOTCERT;
  without a password a pod signs in by workload identity.
Backups: MOORLINE_BACKUPS, a folder or https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER with a signature (SAS);
  without one the pod signs in by workload identity.
`;

const DAY_MS = 86_400_000;

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

  async 'entra-databases'(args) {
    const pairs = args.map(arg => arg.split('='));
    if (pairs.length === 0 || pairs.some(pair => pair.length !== 2)) {
      throw new UsageError('Give NAME=ROLE for each database');
    }
    await ensureEntraDatabases(Object.fromEntries(pairs));
    say(`Databases: ${pairs.map(([name]) => name).join(', ')}.`);
  },

  check: () =>
    withSession(async client => {
      await client.query('CREATE TEMPORARY TABLE moorline_check (id integer)');
      const { rows } = await client.query<{ text: string }>(
        `SELECT format('%s in %s: %s', current_user, current_database(), version()) AS text`,
      );
      say(rows[0].text);
    }),

  async backup(args) {
    const { values } = parseArgs({
      args,
      options: { 'keep-days': { type: 'string' } },
    });
    const keepDays = Number(values['keep-days'] ?? 0);
    if (!Number.isInteger(keepDays) || keepDays < 0) {
      throw new UsageError('--keep-days: give a whole number of days');
    }
    const storage = await openStorage(process.env);
    const { name, bytes } = await withSession(
      client => backUp(client, storage),
      { replication: 'true' },
    );
    say(`${name}: ${bytes} bytes.`);
    if (keepDays > 0) {
      const time = new Date(Date.now() - keepDays * DAY_MS);
      for (const old of await discardBefore(storage, time)) {
        say(`${old}: deleted.`);
      }
    }
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
        once: { type: 'boolean', default: false },
      },
    });
    const { data } = serverSettings({ PGDATA: process.env.PGDATA }, () => '');
    const name = await restore(
      await openStorage(process.env),
      data,
      (values['if-empty'] && 'keep') ||
        (values.once && 'once') ||
        (values['set-aside'] && 'set-aside') ||
        'refuse',
      positionals[0],
    );
    say(name ? `${name} is in ${data}.` : `The data in ${data} stays.`);
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
