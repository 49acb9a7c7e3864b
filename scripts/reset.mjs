import fs from 'node:fs';
import { say, UserError } from './console.mjs';
import { runningPortal } from './portal-lock.mjs';
import { state } from './paths.mjs';

/** Forgets databases, repositories, keys and logs; fetched programs stay. */
export async function run() {
  const running = runningPortal();
  if (running) {
    throw new UserError(
      `Moorline is running (process ${running.pid}): stop it first with Ctrl-C.`,
    );
  }
  fs.rmSync(state, { recursive: true, force: true });
  say('The local state is forgotten. `npm start` begins anew.');
}
