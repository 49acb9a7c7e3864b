// From `npm start` on a warm checkout to a usable page, beside `yarn start` of a stock app.
//
// Usable is the same for both: the backend says that it is ready, and a new Chromium shows the button that signs in.
// Before the rounds each side is started once, so that packages, bundles, databases and caches are there.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright';
import { ensureChromium } from '../../scripts/chromium.mjs';
import { freePort } from './free-port.mjs';
import { compare } from './report.mjs';
import { stockApp } from './stock-app.mjs';

/** Longer than any start, so that a machine under load still gives a number. */
const TIMEOUT_MS = 300_000;

/**
 * Measures both sides in turn.
 * @param {string} root the checkout
 * @param {number} count rounds of each
 * @returns {Promise<object[]>} rows of the report, in seconds
 */
export async function measureStartUp(root, count) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-start-'));
  const stock = await stockApp(root, folder);
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  const sides = {
    ours: () => startOurs(root, path.join(folder, 'state')),
    stock: () => startStock(stock),
  };
  const seconds = { ours: [], stock: [] };
  try {
    for (let round = 0; round <= count; round++) {
      for (const [side, start] of Object.entries(sides)) {
        const taken = await usable(browser, await start());
        if (round > 0) seconds[side].push(taken);
        process.stderr.write(
          `${side}: ${taken} s${round > 0 ? '' : ' (to warm up)'}\n`,
        );
      }
    }
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return [
    compare('start to usable page, p50 (s)', seconds.ours, seconds.stock, 1.3),
  ];
}

/** `npm start`, as a person does it, with state and ports of its own. */
async function startOurs(root, state) {
  const port = await freePort();
  const page = `http://localhost:${port}`;
  return {
    page,
    backend: page,
    command: ['npm', 'start'],
    cwd: root,
    env: {
      MOORLINE_STATE: state,
      MOORLINE_PORT: port,
      MOORLINE_SANDBOX_PORT: await freePort(),
    },
  };
}

/** `yarn start` of the stock app, on ports of its own; everything else is as it came. */
async function startStock(cwd) {
  const [page, backend] = [
    `http://localhost:${await freePort()}`,
    `http://localhost:${await freePort()}`,
  ];
  return {
    page,
    backend,
    command: ['yarn', 'start'],
    cwd,
    env: {
      // Its configuration asks for it; any text will do.
      GITHUB_TOKEN: 'none',
      // Ours alone.
      NODE_COMPILE_CACHE: undefined,
      APP_CONFIG_app_baseUrl: JSON.stringify(page),
      APP_CONFIG_backend_baseUrl: JSON.stringify(backend),
      APP_CONFIG_backend_listen_port: new URL(backend).port,
      APP_CONFIG_backend_cors_origin: JSON.stringify(page),
      BROWSER: 'none',
    },
  };
}

/** Starts, waits for the page, stops. @returns {Promise<number>} seconds */
async function usable(browser, { page, backend, command, cwd, env }) {
  const [program, ...args] = command;
  const begin = Date.now();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    // A group of its own, to be ended as a whole, as a terminal does.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output = (output + chunk).slice(-5000);
    });
  }
  const ended = new Promise(resolve => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  const giveUp = new AbortController();
  const failed = Promise.race([
    ended.then(code => `ended (${code})`),
    sleep(TIMEOUT_MS, 'took too long', { signal: giveUp.signal }),
  ]).then(reason => {
    throw new Error(`${command.join(' ')} in ${cwd} ${reason}:\n${output}`);
  });
  failed.catch(() => {});
  const context = await browser.newContext();
  try {
    await Promise.race([
      Promise.all([
        answered(`${backend}/.backstage/health/v1/readiness`, giveUp.signal),
        signInShown(context, page, giveUp.signal),
      ]),
      failed,
    ]);
    return Number(((Date.now() - begin) / 1000).toFixed(1));
  } finally {
    giveUp.abort();
    await context.close();
    await stop(child, ended);
  }
}

async function answered(url, signal) {
  while (!signal.aborted) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
}

async function signInShown(context, url, signal) {
  await answered(url, signal);
  if (signal.aborted) return;
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(url, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Enter' }).waitFor();
}

/** Ends the group as Ctrl-C does, and after a while for good. */
async function stop(child, ended) {
  const signalGroup = name => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // All of it has ended.
    }
  };
  signalGroup('SIGINT');
  const hard = setTimeout(() => signalGroup('SIGKILL'), 20_000);
  await ended;
  clearTimeout(hard);
  signalGroup('SIGKILL');
}
