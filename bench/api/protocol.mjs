// What of the protocol our server serves to the real client, by using it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { specOf } from './data.mjs';

const require = createRequire(import.meta.url);
const { bundle } = require('../../packages/api/bin/bundle.cjs');
const { createMoorlineClient, describeError } = require(bundle(
  fileURLToPath(new URL('../../packages/api/src/client.ts', import.meta.url)),
));

const SUBSCRIBERS = 100;

/**
 * Uses batching, errors, abort and subscriptions.
 *
 * @returns {Promise<{ batching: true, errors: true, abort: true, subscribers: number, changeToAllMs: number }>}
 *   changeToAllMs: from a change until the last subscriber has it
 * @throws when the server does not serve one of them.
 */
export async function useProtocol(port, key) {
  let requests = 0;
  const client = createMoorlineClient({
    url: `http://127.0.0.1:${port}/trpc`,
    token: async () => key,
    fetch(...request) {
      requests += 1;
      return fetch(...request);
    },
  });
  const { environments } = client;

  const names = Array.from({ length: 10 }, (_, index) => `env-${index}`);
  const got = await Promise.all(
    names.map(name => environments.get.query({ name })),
  );
  assert.deepEqual([got.map(({ name }) => name), requests], [names, 1]);

  const error = await environments.get.query({ name: 'none' }).catch(e => e);
  assert.equal(describeError(error).code, 'NOT_FOUND');

  const abort = new AbortController();
  const aborted = environments.list.query({}, { signal: abort.signal });
  abort.abort();
  await assert.rejects(aborted, /abort/i);

  const changeToAllMs = await tellAll(client);
  const all = { batching: true, errors: true, abort: true };
  return { ...all, subscribers: SUBSCRIBERS, changeToAllMs };
}

/** Milliseconds from a change until all subscribers have it. */
async function tellAll({ environments }) {
  const name = 'told-dev';
  const subscribers = Array.from({ length: SUBSCRIBERS }, () => {
    const told = [];
    const greeted = new Promise((resolve, reject) => {
      const subscription = environments.changes.subscribe(
        {},
        {
          onData({ data }) {
            resolve();
            const change = data.find(item => item.environment === name);
            if (change) told.forEach(tell => tell());
          },
          onError: reject,
        },
      );
      told.push(() => subscription.unsubscribe());
    });
    return { greeted, told: new Promise(resolve => told.push(resolve)) };
  });
  await Promise.all(subscribers.map(({ greeted }) => greeted));
  const since = performance.now();
  await environments.create.mutate({ key: name, spec: specOf(name) });
  await Promise.all(subscribers.map(({ told }) => told));
  return Math.round(performance.now() - since);
}
