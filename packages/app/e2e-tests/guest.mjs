// What the portal's pages do for the guest, without a page: the scaffolder's API and the tRPC API.
import { setTimeout as sleep } from 'node:timers/promises';

const TEMPLATE = 'template:default/create-environment';

/** A specification as the wizard hands it over. */
export const valuesOf = (name, change = {}) => ({
  name,
  tier: 'dev',
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size: 'small',
  database: 'statefulset',
  services: [
    {
      name: 'api',
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 1,
      host: `api.${name}.moorline.localhost`,
    },
  ],
  ...change,
});

/** The guest of a portal, signed in. */
export async function guestOf({ url }) {
  const signIn = await fetch(`${url}/api/auth/guest/refresh`, {
    headers: { 'x-requested-with': 'XMLHttpRequest' },
  });
  const { backstageIdentity } = await signIn.json();
  const call = async (below, body) => {
    const answer = await fetch(`${url}/api/${below}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${backstageIdentity.token}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${below}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  };
  const query = async (procedure, input) =>
    (
      await call(
        `environments/trpc/${procedure}?input=${encodeURIComponent(
          JSON.stringify(input),
        )}`,
      )
    ).result.data;
  const eventsOf = taskId => call(`scaffolder/v2/tasks/${taskId}/events`);

  /** Waits for the end of the task's latest try; a retry takes the end of the one before away. */
  const outcome = async taskId => {
    for (let i = 0; i < 300; i += 1) {
      const events = await eventsOf(taskId);
      const end = events.findLast(({ type }) => type === 'completion');
      if (end) {
        const log = events
          .filter(({ type }) => type === 'log')
          .map(({ body }) => body.message)
          .join('\n');
        const failed = events.findLast(({ body }) => body.status === 'failed');
        const error = end.body.error?.message;
        return {
          taskId,
          error,
          log,
          step: error && failed?.body.stepId,
        };
      }
      await sleep(200);
    }
    throw new Error(`The task ${taskId} does not end`);
  };

  return {
    /** Waits until the catalog has what a creation needs: it reads its files just after the start. */
    async settled() {
      for (const entity of [
        'template/default/create-environment',
        'group/default/team-orders',
      ]) {
        for (let i = 0; i < 150; i += 1) {
          const found = await call(`catalog/entities/by-name/${entity}`).catch(
            () => undefined,
          );
          if (found) break;
          await sleep(200);
        }
      }
    },
    /** Begins to create an environment; @returns {Promise<string>} the task's id */
    begin: async values =>
      (await call('scaffolder/v2/tasks', { templateRef: TEMPLATE, values })).id,
    outcome,
    /** Creates an environment and waits for what becomes of the task. */
    async create(values) {
      return outcome(await this.begin(values));
    },
    /** The scaffolder's own retry of a task that ended. */
    async retry({ taskId }) {
      await call(`scaffolder/v2/tasks/${taskId}/retry`, {});
      return outcome(taskId);
    },
    /** Every record with this name: one, or none. */
    records: async name =>
      (await query('environments.list', { search: name })).filter(
        environment => environment.name === name,
      ),
    environment: name => query('environments.get', { name }),
    runs: async environment =>
      (await query('runs.list', { environment })).items,
  };
}
