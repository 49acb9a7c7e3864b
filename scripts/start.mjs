import { spawn } from 'node:child_process';
import { say } from './console.mjs';
import { aborted, interruption } from './interruption.mjs';
import { startPortal } from './portal.mjs';

/** Runs the portal until Ctrl-C, or until one of its parts ends. */
export async function run(args) {
  const signal = interruption();
  const portal = await startPortal({ signal });
  if (!portal) return 130;
  say(`\nMoorline is ready: ${portal.url}`);
  if (portal.gateway) {
    say(
      `Services of environments answer at ${portal.gateway.replace(
        'localhost',
        '<service>.<environment>.moorline.localhost',
      )}`,
    );
  }
  say('Ctrl-C stops it.');
  if (args.includes('--open')) {
    const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
    spawn(opener, [portal.url], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
  }
  const failure = await Promise.race([aborted(signal), portal.failed]);
  if (failure) say(`\n${failure}`);
  say('Stopping …');
  await portal.stop();
  return failure ? 1 : 0;
}
