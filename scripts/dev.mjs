import { spawn } from 'node:child_process';
import path from 'node:path';
import { say } from './console.mjs';
import { aborted, interruption } from './interruption.mjs';
import { backendEnvironment, startPortal } from './portal.mjs';
import { root } from './paths.mjs';
import { environment } from './toolchain.mjs';

/** Runs frontend (port 3000) and backend with reload, over the same PostgreSQL and sandbox as `npm start`. */
export async function run() {
  const signal = interruption();
  const parts = await startPortal({ signal, backend: false });
  if (!parts) return 130;
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
      'repo',
      'start',
      ...['--config', path.join(root, 'app-config.yaml')],
      ...['--config', path.join(root, 'app-config.dev.yaml')],
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...environment(),
        ...backendEnvironment(parts),
        NODE_ENV: 'development',
      },
    },
  );
  const ended = new Promise(resolve => child.once('exit', resolve));
  const failure = await Promise.race([
    aborted(signal),
    ended.then(() => undefined),
    parts.failed,
  ]);
  if (failure) say(`\n${failure}`);
  child.kill('SIGTERM');
  await ended;
  await parts.stop();
}
