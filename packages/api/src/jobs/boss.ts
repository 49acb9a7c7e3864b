import { ConstructorOptions, PgBoss, Queue } from 'pg-boss';
import { Database, Queryable } from '../database/database';
import { JOB_KINDS } from './kinds';

/** Where jobs go that failed too often. They stay until a person retries or discards them. */
export const PARKED = 'parked';

const YEAR_SECONDS = 366 * 86_400;

/** How jobs are tried: eight times within some ten minutes, then they are parked. */
const QUEUE: Omit<Queue, 'name'> = {
  // One job waits for a key, however often it is queued.
  policy: 'short',
  retryLimit: 7,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 300,
  // A worker that is not heard of for so long is dead, and its job is given to another.
  heartbeatSeconds: 20,
  expireInSeconds: 3_600,
  // No job that waits is thrown away because no worker ran.
  retentionSeconds: YEAR_SECONDS,
  deadLetter: PARKED,
};

/** The schema of pg-boss's tables, beside the one that this connection's tables are in. */
export async function jobsSchema(connection: Queryable): Promise<string> {
  const { rows } = await connection.query<{ schema: string }>(
    `SELECT current_schema() || '_jobs' AS schema`,
  );
  return rows[0].schema;
}

/** pg-boss over connections of ours; it does nothing by itself unless told so. */
export function createBoss(
  schema: string,
  use: Database['use'],
  options: Omit<ConstructorOptions, 'db' | 'schema'> = {},
): PgBoss {
  return new PgBoss({
    schema,
    db: {
      // Several statements in one text may come with no values, and then cannot be prepared.
      executeSql: (text, values) =>
        use(connection =>
          connection.query(text, values?.length ? values : undefined),
        ),
    },
    supervise: false,
    schedule: false,
    ...options,
  });
}

/** pg-boss for what one connection does, in its transaction if it is in one. */
export async function bossOn(connection: Queryable): Promise<PgBoss> {
  return createBoss(await jobsSchema(connection), work => work(connection));
}

/** Makes pg-boss's tables and a queue for each kind of job, or brings them up to date. Replicas may do so at once. */
export async function prepareJobs(db: Database): Promise<void> {
  await db.use(async connection => {
    const boss = await bossOn(connection);
    const lock = `hashtextextended('moorline-jobs:' || current_schema(), 0)`;
    // pg-boss's own lock leaves a gap before its schema is there. Its transactions are its own, so this is a session's.
    await connection.query(`SELECT pg_advisory_lock(${lock})`);
    try {
      await boss.start();
      await prepareQueues(boss);
    } finally {
      await boss.stop({ graceful: false });
      await connection.query(`SELECT pg_advisory_unlock(${lock})`);
    }
  });
}

async function prepareQueues(boss: PgBoss): Promise<void> {
  const queues = await boss.getQueues();
  const known = new Set(queues.map(({ name }) => name));
  const prepare = async (name: string, settings: Omit<Queue, 'name'>) => {
    const { policy, ...changeable } = settings;
    if (known.has(name)) await boss.updateQueue(name, changeable);
    else await boss.createQueue(name, settings);
  };
  await prepare(PARKED, { retentionSeconds: YEAR_SECONDS });
  for (const kind of JOB_KINDS) await prepare(kind, QUEUE);
}
