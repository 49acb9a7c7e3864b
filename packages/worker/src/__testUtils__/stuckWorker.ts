/** A worker that begins each job and ends none, for a test to kill: `stuckWorker.ts DATABASE_URL`. */
import { createDatabase, query } from '@moorline/api';
import type { Job } from '../jobs/job';
import { startJobs } from '../jobs/runner';

const db = createDatabase(process.argv[2]);
const stuck: Job<'expire-environment' & 'retire-environment'> = {
  async run() {
    await query(db, `INSERT INTO done VALUES ('begun')`);
    await new Promise(() => {});
  },
};
startJobs({
  db,
  jobs: { 'expire-environment': stuck, 'retire-environment': stuck },
  services: {
    db,
    actor: { ref: 'service:stuck', groups: [] },
    queueRun: async () => ({ buildId: 1, url: '' }),
    onChange: () => {},
  },
  logger: console,
  everySeconds: 0.5,
}).catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
