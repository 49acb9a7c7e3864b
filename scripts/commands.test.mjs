import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { root } from './paths.mjs';
import { startPostgres } from './postgres.mjs';

const moorline = path.join(root, 'scripts/moorline.mjs');
const temporary = () =>
  fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-command-'));

const runCommand = (args, env = {}) =>
  spawnSync(process.execPath, [moorline, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

const listen = () =>
  new Promise(resolve => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });

test('--help names every command, and an unknown one is refused with the same list', () => {
  const help = runCommand(['--help']);
  assert.equal(help.status, 0);
  for (const name of ['start', 'test', 'reset', 'kubeconfig']) {
    assert.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
  }
  const unknown = runCommand(['strat']);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /There is no command "strat"/);
});

test('a taken port is named with the variable that chooses another, and nothing is started', async () => {
  const server = await listen();
  const state = temporary();
  try {
    const { status, stderr } = runCommand(['start'], {
      MOORLINE_STATE: state,
      MOORLINE_PORT: String(server.address().port),
      MOORLINE_SANDBOX_PORT: '0',
    });
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(`Port ${server.address().port}.*MOORLINE_PORT=`),
    );
    assert.deepEqual(fs.readdirSync(state), []);
  } finally {
    server.close();
    fs.rmSync(state, { recursive: true });
  }
});

test('a second start names the running one; reset refuses while it runs and forgets afterwards', async () => {
  const state = temporary();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
  const env = { MOORLINE_STATE: state };
  try {
    fs.writeFileSync(
      path.join(state, 'running.json'),
      JSON.stringify({ pid: other.pid, url: 'http://localhost:7007' }),
    );
    const second = runCommand(['start'], env);
    assert.equal(second.status, 1);
    assert.match(second.stderr, /already running at http:\/\/localhost:7007/);
    const refused = runCommand(['reset'], env);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /stop it first/);
  } finally {
    other.kill();
    await new Promise(resolve => other.once('exit', resolve));
  }
  assert.equal(runCommand(['reset'], env).status, 0);
  assert.equal(fs.existsSync(state), false);
});

test('PostgreSQL keeps its data, and takes over the folder from a killed run', async () => {
  const { default: pg } = await import('pg');
  const dataFolder = temporary();
  const query = async (connection, sql) => {
    const client = new pg.Client({ ...connection, database: 'postgres' });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const first = await startPostgres({ dataFolder });
  await query(first.connection, 'create table kept as select 42 as answer');
  // Not stopped: what a killed `npm start` leaves behind.
  const second = await startPostgres({ dataFolder });
  assert.deepEqual(await query(second.connection, 'select answer from kept'), [
    { answer: 42 },
  ]);
  await second.stop();
  await first.stop();
  fs.rmSync(dataFolder, { recursive: true });
});
