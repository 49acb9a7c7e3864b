// What validating and planning the prod environment costs, by the number of resources, with the sandbox's provider; beside
// it as many resources of Terraform's own, which need no provider and do nothing:
//
//   npm run bench -- infra [--rounds 3]
//
// A further resource must cost as much among a thousand as among a hundred. Prints the least of all rounds,
// which is what is disturbed least; the last line is one JSON object.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startProvider } from '../../infra/tests/lib/provider.mjs';
import { terraformAt } from '../../infra/tests/lib/roots.mjs';
import { hasProcessorTime, processorTime } from './processor.mjs';
import { writeEnvironments, writeNothing } from './roots.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' } },
});
const rounds = Number(values.rounds);
const COPIES = [1, 2, 4, 8];

const rounded = number => Number(number.toFixed(2));

/** Milliseconds on the clock and of processor that something takes, in this process's children and in the provider. */
async function measure(pid, run) {
  const start = [performance.now(), processorTime(), pid && processorTime(pid)];
  const output = await run();
  const provider = pid ? processorTime(pid) - start[2] : 0;
  return {
    output,
    clock: performance.now() - start[0],
    provider,
    total: processorTime() - start[1] + (hasProcessorTime ? provider : 0),
  };
}

async function start() {
  const before = performance.now();
  const provider = await startProvider();
  const [{ Pid: pid }] = Object.values(
    JSON.parse(provider.environment.TF_REATTACH_PROVIDERS),
  );
  return {
    ...provider,
    pid,
    startUp: {
      clock: performance.now() - before,
      total: hasProcessorTime ? processorTime(pid) : performance.now() - before,
    },
  };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-bench-'));
const provider = await start();
const samples = { ours: {}, peer: {}, validate: {} };
const startUps = [provider.startUp];
const counts = {};
try {
  const roots = {};
  for (const copies of COPIES) {
    const at = side => path.join(folder, `${side}-${copies}`);
    writeEnvironments(at('ours'), copies);
    const ours = terraformAt(at('ours'), provider.environment);
    await ours('init', '-no-color');
    const planned = await ours('plan', '-no-color');
    counts[copies] = Number(/Plan: (\d+) to add/.exec(planned)[1]);
    writeNothing(at('peer'), copies, counts[1]);
    const peer = terraformAt(at('peer'), {});
    await peer('init', '-no-color');
    roots[copies] = { ours, peer };
  }
  for (let round = 0; round < rounds; round += 1) {
    const extra = await start();
    await extra.stop();
    startUps.push(extra.startUp);
    for (const copies of COPIES) {
      const { ours, peer } = roots[copies];
      const keep = (kind, result) =>
        (samples[kind][copies] ??= []).push(result);
      const plan = ['plan', '-no-color', '-out=plan'];
      keep('ours', await measure(provider.pid, () => ours(...plan)));
      keep('peer', await measure(undefined, () => peer(...plan)));
      keep(
        'validate',
        await measure(provider.pid, () => ours('validate', '-no-color')),
      );
    }
  }
} finally {
  await provider.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}

const of = (kind, copies, what = 'total') =>
  Math.min(...samples[kind][copies].map(sample => sample[what]));

/** What each resource costs that one size has more than another. */
const further = (kind, from, to) =>
  (of(kind, to) - of(kind, from)) / (counts[to] - counts[from]);

console.log(
  `Milliseconds of ${
    hasProcessorTime ? 'processor' : 'time'
  } (on the clock), the least of ${rounds} rounds`,
);
console.table(
  COPIES.map(copies => {
    const shown = kind =>
      `${Math.round(of(kind, copies))} (${Math.round(
        of(kind, copies, 'clock'),
      )})`;
    return {
      resources: counts[copies],
      validate: shown('validate'),
      plan: shown('ours'),
      'of it the provider': Math.round(of('ours', copies, 'provider')),
      'a resource': rounded(of('ours', copies) / counts[copies]),
      'nothing planned': shown('peer'),
    };
  }),
);

const startUp = Math.min(...startUps.map(({ total }) => total));
const atMost = (name, ours, peer, goal) => ({
  case: name,
  ours: rounded(ours),
  peer: peer === undefined ? null : rounded(peer),
  ratio: peer ? rounded(ours / peer) : null,
  goal: `<= ${goal}`,
  met: ours <= goal,
});
const growth = kind => further(kind, 4, 8) / further(kind, 1, 4);
const [least, most] = [counts[1], counts[8]];
const rows = [
  atMost(
    `plan: a further resource among ${most}, to one among ${counts[4]}`,
    growth('ours'),
    growth('peer'),
    1.25,
  ),
  atMost(
    `plan: a resource of ${most}, to one of ${least}`,
    of('ours', 8) / most / (of('ours', 1) / least),
    of('peer', 8) / most / (of('peer', 1) / least),
    1,
  ),
  atMost(
    `plan of ${most}: the provider's share`,
    of('ours', 8, 'provider') / of('ours', 8),
    undefined,
    0.25,
  ),
  atMost(
    `plan of ${least} with the provider's start, to without`,
    (of('ours', 1) + startUp) / of('ours', 1),
    undefined,
    2,
  ),
  atMost(
    `validate: ${most} resources, to ${least}`,
    of('validate', 8) / of('validate', 1),
    undefined,
    2,
  ),
];
console.table(rows);
console.log(`The provider starts in ${Math.round(startUp)} ms.`);
console.log(JSON.stringify({ bench: 'infra', rows }));
