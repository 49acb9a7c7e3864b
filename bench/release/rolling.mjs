// A release in the sandbox's cluster: how long it takes to be ready, and what clients notice of the next ones.
import { setTimeout as sleep } from 'node:timers/promises';

const CLIENTS = 16;
const PAUSE_MS = 10;
/** One in so many requests writes; a request that writes cannot be made again. */
const WRITES = 4;

/** Asks by kept connections until it is told to stop. @returns a function that stops, and gives what was answered */
function load(site) {
  const seen = {};
  const failures = [];
  let stopped = false;
  let asked = 0;
  const client = site.client();
  const ask = async () => {
    asked += 1;
    try {
      if (asked % WRITES === 0) {
        await client.notes.add.mutate({ text: `note ${asked}` });
      } else {
        const { version } = await client.about.query();
        seen[version] = (seen[version] ?? 0) + 1;
      }
    } catch (error) {
      failures.push(error.message);
    }
  };
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!stopped) {
      await ask();
      await sleep(PAUSE_MS);
    }
  });
  return async () => {
    stopped = true;
    await Promise.all(clients);
    return { asked, seen, failures };
  };
}

const timed = async what => {
  const before = performance.now();
  await what();
  return (performance.now() - before) / 1000;
};

/**
 * Installs the example API, and upgrades it under load.
 * @param {import('../../packages/sandbox/src/network/__testUtils__/release-site').ReleaseSite} site
 */
export async function releases(site, { rounds }) {
  const values = { replicas: 2 };
  await site.releaseDatabase();
  const installs = [];
  for (let round = 0; round <= rounds; round += 1) {
    if (round > 0) await site.helm('uninstall', 'api', '--wait');
    installs.push(await timed(() => site.releaseApi('0.1.0', values)));
  }
  const [first, ...later] = installs;
  const stop = load(site);
  await sleep(500);
  for (let round = 0; round < rounds; round += 1) {
    await site.releaseApi(round % 2 ? '0.1.0' : '0.2.0', values);
  }
  // Until the last pod of the old version has gone.
  await sleep(8_000);
  return { first, ready: Math.min(...later), upgrades: await stop() };
}
