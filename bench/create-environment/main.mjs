// From submit to queued run: Moorline's create-environment beside the same work by stock actions.
//
//   npm run bench -- create-environment [rounds]
//
// Both run in one portal, in turn, against one sandbox. Stock is `fetch:template`, `publish:azure` (core) and
// `azure:pipeline:create|run` (community module); it reserves nothing, records nothing and authorises nothing, so it does
// less. The time is from the submission of the task to the `queueTime` that Azure DevOps gives the run.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBench } from './portal.mjs';

const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../..',
);
const ROUNDS = Number(process.argv[2] ?? 20);
const WARM_UP = 2;

const sides = {
  ours: {
    template: 'template:default/create-environment',
    values: name => ({
      name,
      tier: 'dev',
      owner: 'group:default/team-orders',
      region: 'westeurope',
      size: 'small',
      database: 'statefulset',
      services: [
        {
          name: 'orders',
          image: 'ghcr.io/moorline/trpc-api:0.1.0',
          replicas: 2,
          host: `orders.${name}.moorline.localhost`,
        },
      ],
    }),
    /** Each request that makes something, for the retries. */
    effects: {
      commit: { method: 'POST', path: '/pushes' },
      pipeline: { method: 'POST', path: '/_apis/pipelines\\?' },
      permissions: { method: 'PATCH', path: '/pipelinepermissions' },
      run: { method: 'POST', path: '/runs' },
    },
  },
  stock: {
    template: 'template:default/create-environment-stock',
    values: (name, { host }) => ({ name, host }),
    effects: {
      repository: { method: 'POST', path: '/_apis/git/repositories' },
      push: { method: 'POST', path: 'git-receive-pack' },
      pipeline: { method: 'POST', path: '/_apis/build/definitions' },
      run: { method: 'POST', path: '/runs' },
    },
  },
};

const bench = await startBench(root);
try {
  await waitForTemplates();
  const results = { ours: [], stock: [] };
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const side of Object.keys(sides)) {
      const result = await measure(side, `${side}-${round + WARM_UP}`);
      if (round >= 0) results[side].push(result);
    }
    process.stderr.write(round < 0 ? 'w' : '.');
  }
  process.stderr.write('\n');
  const retries = { ours: await retry('ours'), stock: await retry('stock') };
  report(results, retries);
} finally {
  await bench.stop();
}

async function waitForTemplates() {
  for (const { template } of Object.values(sides)) {
    const name = template.split('/')[1];
    const where = `/api/catalog/entities/by-name/template/default/${name}`;
    const deadline = Date.now() + 60_000;
    for (;;) {
      try {
        await bench.backend('GET', where);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(200);
      }
    }
  }
}

/** Submits a task; resolves with its id, final state and the time it was submitted (ms since the epoch). */
async function submit(side, name) {
  const { template, values } = sides[side];
  const submitted = Date.now();
  const { id } = await bench.backend('POST', '/api/scaffolder/v2/tasks', {
    templateRef: template,
    values: values(name, bench),
  });
  return { id, submitted, status: await finished(id) };
}

async function finished(id) {
  for (;;) {
    const { status } = await bench.backend(
      'GET',
      `/api/scaffolder/v2/tasks/${id}`,
    );
    if (status !== 'open' && status !== 'processing') return status;
    await sleep(25);
  }
}

/** What the portal asked of Azure DevOps; not what agents fetch and what follows runs later. */
async function requestsOfPortal() {
  const { requests } = await bench.sandbox('GET', '/requests?prefix=/moorline');
  return requests.filter(
    ({ url }) =>
      !/upload-pack/.test(url) &&
      !/\/_apis\/build\/builds\/\d+/.test(url) &&
      !/\/_apis\/distributedtask\/hubs\//.test(url),
  );
}

async function builds(name) {
  const { value } = await bench.azureDevOps(
    'GET',
    `/build/builds?queryOrder=queueTimeDescending&api-version=7.1`,
  );
  return value.filter(
    ({ definition }) => definition.name === `environment-${name}`,
  );
}

/** Ends a run, so that it does not compete with the next round. */
async function end({ id }) {
  const where = `/build/builds/${id}?api-version=7.1`;
  await bench.azureDevOps('PATCH', where, { status: 'cancelling' });
  for (;;) {
    const { status } = await bench.azureDevOps('GET', where);
    if (status === 'completed') return;
    await sleep(50);
  }
}

async function measure(side, name) {
  await bench.sandbox('DELETE', '/requests');
  const { id, submitted, status } = await submit(side, name);
  if (status !== 'completed') {
    const events = await bench.backend(
      'GET',
      `/api/scaffolder/v2/tasks/${id}/events`,
    );
    throw new Error(
      `${side} ended as ${status}: ${JSON.stringify(events.slice(-3))}`,
    );
  }
  const requests = await requestsOfPortal();
  const [build] = await builds(name);
  await end(build);
  return {
    ms: Date.parse(build.queueTime) - submitted,
    requests: requests.length,
  };
}

/** Breaks each effect, retries the task until it is done or cannot be, and counts what there is then. */
async function retry(side) {
  const outcome = [];
  for (const [effect, where] of Object.entries(sides[side].effects)) {
    for (const fault of [{ kind: 401 }, { kind: 'cut', afterwards: true }]) {
      const name = `${side}-r${outcome.length}`;
      await bench.sandbox('DELETE', '/faults');
      await bench.sandbox('POST', '/faults', { ...fault, ...where });
      let { id, status } = await submit(side, name);
      let retried = 0;
      while (status !== 'completed' && retried < 2) {
        retried++;
        await bench.backend('POST', `/api/scaffolder/v2/tasks/${id}/retry`, {
          secrets: {},
        });
        status = await finished(id);
      }
      const runs = await builds(name);
      const { value: pipelines } = await bench.azureDevOps(
        'GET',
        `/build/definitions?name=environment-${name}&api-version=7.1`,
      );
      for (const run of runs) {
        if (run.status !== 'completed') await end(run);
      }
      outcome.push({
        effect,
        fault: fault.kind === 401 ? '401' : 'answer lost',
        retried,
        status,
        commits: await commits(side, name),
        pipelines: pipelines.length,
        runs: runs.length,
      });
    }
  }
  await bench.sandbox('DELETE', '/faults');
  return outcome;
}

async function commits(side, name) {
  const [repository, folder] =
    side === 'ours' ? ['environments', `/environments/${name}`] : [name, '/'];
  try {
    const { value } = await bench.azureDevOps(
      'GET',
      `/git/repositories/${repository}/commits?searchCriteria.itemPath=${folder}&api-version=7.1`,
    );
    return value.length;
  } catch {
    return 0;
  }
}

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function report(results, retries) {
  const summary = side => ({
    p50: percentile(
      results[side].map(({ ms }) => ms),
      0.5,
    ),
    p90: percentile(
      results[side].map(({ ms }) => ms),
      0.9,
    ),
    requests: Math.max(...results[side].map(({ requests }) => requests)),
    firstRequests: results[side][0].requests,
    unfinished: retries[side].filter(({ status }) => status !== 'completed')
      .length,
    duplicates: retries[side].reduce(
      (sum, { commits, pipelines, runs }) =>
        sum +
        [commits, pipelines, runs].reduce(
          (extra, count) => extra + Math.max(0, count - 1),
          0,
        ),
      0,
    ),
  });
  const [ours, stock] = [summary('ours'), summary('stock')];
  const line = (label, a, b) =>
    console.log(
      `${label.padEnd(34)}${String(a).padStart(10)}${String(b).padStart(10)}`,
    );
  line('', 'Moorline', 'stock');
  line('submit to queued run, p50 (ms)', ours.p50, stock.p50);
  line('submit to queued run, p90 (ms)', ours.p90, stock.p90);
  line('requests to Azure DevOps', ours.requests, stock.requests);
  line(
    `unfinished after retries, of ${retries.ours.length}`,
    ours.unfinished,
    stock.unfinished,
  );
  line('duplicates after retries', ours.duplicates, stock.duplicates);
  console.table([
    ...retries.ours.map(row => ({ by: 'Moorline', ...row })),
    ...retries.stock.map(row => ({ by: 'stock', ...row })),
  ]);
  console.log(
    JSON.stringify({
      bench: 'create-environment',
      rounds: ROUNDS,
      ours,
      stock,
      ratio: Number((ours.p50 / stock.p50).toFixed(2)),
      goals: {
        ratio: ours.p50 <= 0.5 * stock.p50,
        requests: ours.requests <= 12,
        duplicates: ours.duplicates === 0 && ours.unfinished === 0,
      },
    }),
  );
}
