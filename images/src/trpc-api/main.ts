import { setTimeout as sleep } from 'timers/promises';
import { Database } from './database';
import { createExampleServer } from './server';

declare const IMAGE_VERSION: string;

const say = (text: string) =>
  process.stdout.write(`trpc-api ${IMAGE_VERSION}: ${text}\n`);

/** Brings the tables up to date, also when the database comes a little later. */
async function migrate(
  database: Database,
  attempts: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      say(`${await database.migrate()} migrations done`);
      return;
    } catch (error) {
      if (attempt >= attempts) throw error;
      say(`no migration yet: ${(error as Error).message}`);
      await sleep(Math.min(attempt, 5) * 1000, undefined, { signal });
    }
  }
}

function serve(): void {
  const database = Database.open();
  const server = createExampleServer(database);
  server.listen(Number(process.env.PORT ?? 8080), () => say('ready'));
  // A release brings its own tables along; until they are there it lives but is not ready.
  const stopping = new AbortController();
  if (database) migrate(database, Infinity, stopping.signal).catch(() => {});

  const stop = () => {
    stopping.abort();
    // Requests under way are answered; kept connections end with their next answer.
    server.close(() => database?.pool.end());
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

async function migrateOnce(): Promise<void> {
  const database = Database.open();
  if (!database) throw new Error('set DATABASE_URL or PGHOST');
  await migrate(database, 5).finally(() => database.pool.end());
}

const COMMANDS: Record<string, () => void | Promise<void>> = {
  serve,
  migrate: migrateOnce,
};
const [command = 'serve'] = process.argv.slice(2);

async function main() {
  if (!Object.hasOwn(COMMANDS, command)) {
    throw new Error(`no command "${command}": use serve or migrate`);
  }
  await COMMANDS[command]();
}

main().catch((error: Error) => {
  process.stderr.write(`trpc-api: ${error.message}\n`);
  process.exitCode = 1;
});
