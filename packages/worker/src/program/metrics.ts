import { Database, countJobs } from '@moorline/api';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** What Prometheus reads: of the process, and the jobs that are not done, by kind and state. */
export function createMetrics(db: Database): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const jobs: Gauge = new Gauge({
    name: 'moorline_jobs',
    help: 'Jobs that are not done; those that are parked wait for a person.',
    labelNames: ['kind', 'state'],
    registers: [registry],
    async collect() {
      const counts = await countJobs(db);
      jobs.reset();
      for (const { kind, state, count } of counts) {
        jobs.labels(kind, state).set(count);
      }
    },
  });
  return registry;
}
