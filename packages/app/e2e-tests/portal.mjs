// A portal of its own for a test: `npm start`'s own code, on other ports and an empty state folder.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(import.meta.url), '../../../..');

const freePort = () =>
  new Promise(resolve => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Every process of this machine whose command line names the folder: what must be gone after a stop. */
export function processesOf(folder) {
  return fs
    .readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(pid => {
      try {
        const line = fs
          .readFileSync(`/proc/${pid}/cmdline`, 'utf8')
          .replaceAll('\0', ' ');
        return line.includes(folder) ? [`${pid} ${line}`] : [];
      } catch {
        return [];
      }
    });
}

/**
 * Runs `npm start` and waits for the line that says where the portal is.
 * @param {string} [state] a state folder to go on with
 */
export async function startPortal(
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-portal-')),
) {
  const sandboxPort = String(await freePort());
  const child = spawn(
    process.execPath,
    [path.join(root, 'scripts/moorline.mjs'), 'start'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'pipe'],
      env: {
        ...process.env,
        MOORLINE_STATE: state,
        MOORLINE_PORT: String(await freePort()),
        MOORLINE_SANDBOX_PORT: sandboxPort,
      },
    },
  );
  let output = '';
  const ended = new Promise(resolve => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', chunk => {
      process.stderr.write(chunk);
      output += chunk;
      const ready = /Moorline is ready: (\S+)/.exec(output);
      if (ready) resolve(ready[1]);
    });
    ended.then(code =>
      reject(new Error(`npm start ended with ${code}:\n${output}`)),
    );
  });
  return {
    url,
    state,
    sandboxPort,
    /** Ctrl-C; @returns {Promise<number | string>} the exit code or signal */
    async interrupt() {
      child.kill('SIGINT');
      return ended;
    },
  };
}
