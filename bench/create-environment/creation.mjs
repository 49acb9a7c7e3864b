// From submit to queued run: Moorline's create-environment beside the same work by stock actions.
//
// Both run in one portal, in turn, against one sandbox. Stock is `fetch:template`, `publish:azure` (core) and
// `azure:pipeline:create|run` (community module); it reserves nothing, records nothing and authorises nothing, so it does
// less. The time is from the submission of the task to the `queueTime` that Azure DevOps gives the run. It is taken twice:
// with the sandbox on this machine, where its own work is most of it, and with a round trip of 50 ms to it, as to a cloud.
import { setTimeout as sleep } from 'node:timers/promises';
import { startBench } from './portal.mjs';
import { atMost, compare } from './report.mjs';

const WARM_UP = 2;
const ROUND_TRIP_MS = 50;

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

let bench;

/**
 * Measures both sides.
 * @param {string} root the checkout
 * @param {number} count rounds near and as many far
 * @returns {Promise<object[]>} rows of the report
 */
export async function measureCreation(root, count) {
  bench = await startBench(root);
  try {
    await waitForTemplates();
    const first = {};
    for (let round = 0; round < WARM_UP; round++) {
      for (const side of Object.keys(sides)) {
        const { requests } = await measure(side, `${side}-w${round}`);
        first[side] ??= requests;
      }
    }
    const near = await rounds('n', count);
    bench.roundTrip(ROUND_TRIP_MS);
    const far = await rounds('f', count);
    bench.roundTrip(0);
    const retries = { ours: await retry('ours'), stock: await retry('stock') };
    console.table([
      ...retries.ours.map(row => ({ by: 'Moorline', ...row })),
      ...retries.stock.map(row => ({ by: 'stock', ...row })),
    ]);
    return rowsOf({ near, far, first, retries });
  } finally {
    await bench.stop();
  }
}

function rowsOf({ near, far, first, retries }) {
  const times = (results, side) => results[side].map(({ ms }) => ms);
  const most = side => Math.max(...near[side].map(({ requests }) => requests));
  const more = count => Math.max(0, count - 1);
  const unfinished = side =>
    retries[side].filter(({ status }) => status !== 'completed').length;
  const duplicates = side =>
    retries[side].reduce(
      (sum, { commits: made, pipelines, runs }) =>
        sum + more(made) + more(pipelines) + more(runs),
      0,
    );
  const both = value => [value('ours'), value('stock')];
  return [
    compare(
      'submit to queued run, p50 (ms)',
      times(near, 'ours'),
      times(near, 'stock'),
      0.5,
    ),
    compare(
      `the same, ${ROUND_TRIP_MS} ms from Azure DevOps, p50 (ms)`,
      times(far, 'ours'),
      times(far, 'stock'),
      0.5,
    ),
    atMost('requests, first environment', ...both(side => first[side]), 12),
    atMost('requests, further ones', ...both(most), 12),
    atMost(
      `unfinished after retries, of ${retries.ours.length}`,
      ...both(unfinished),
      0,
    ),
    atMost('duplicates after retries', ...both(duplicates), 0),
  ];
}

async function rounds(prefix, count) {
  const results = { ours: [], stock: [] };
  for (let round = 0; round < count; round++) {
    for (const side of Object.keys(sides)) {
      results[side].push(await measure(side, `${side}-${prefix}${round}`));
    }
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return results;
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
    // Times come from Azure DevOps, so asking seldom costs no accuracy, and takes little of the portal's.
    await sleep(100);
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
