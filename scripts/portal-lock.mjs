// One portal a state folder: two on the same database and repositories would spoil both.
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from './console.mjs';
import { state } from './paths.mjs';

const file = path.join(state, 'running.json');

const alive = pid => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Who runs on this state folder, if anyone does: `{ pid, url }`. */
export function runningPortal() {
  try {
    const running = JSON.parse(fs.readFileSync(file, 'utf8'));
    return alive(running.pid) ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock or says who has it. @returns the function that releases it */
export function lockPortal(url) {
  const running = runningPortal();
  if (running) {
    throw new UserError(
      `Moorline is already running at ${running.url} (process ${running.pid}). Open that page, or stop it there with Ctrl-C.`,
    );
  }
  fs.mkdirSync(state, { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ pid: process.pid, url }));
  return () => fs.rmSync(file, { force: true });
}
