// The sandbox's azurerm for a test: Terraform connects to it and downloads nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { root } from './tools.mjs';

const require = createRequire(path.join(root, 'package.json'));

/** Starts it in a process of its own, with an empty store; give `environment` to Terraform, and call `stop` at the end. */
export async function startProvider() {
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      fileURLToPath(new URL('provider-process.cjs', import.meta.url)),
    ],
    { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  const lines = readline.createInterface({ input: child.stdout });
  const reattach = await Promise.race([
    once(lines, 'line').then(([line]) => line),
    exit.then(([code]) => {
      throw new Error(`The provider ended with ${code} before it served.`);
    }),
  ]);
  return {
    environment: { TF_REATTACH_PROVIDERS: reattach },
    async stop() {
      child.stdin.end();
      await exit;
    },
  };
}
