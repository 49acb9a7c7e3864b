import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from './console.mjs';
import { root } from './paths.mjs';
import { environment } from './toolchain.mjs';
import { ensureHelm, ensureKubectl, ensureTerraform } from './tools.mjs';

const names = () =>
  fs
    .readdirSync(path.join(root, 'bench'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);

/** Runs `bench/NAME/main.mjs`, which measures ours and a peer in turn and prints ratios, last one JSON object. */
export async function run([name, ...args]) {
  if (!names().includes(name)) {
    throw new UserError(
      `Which benchmark? npm run bench -- NAME, with one of: ${names().join(
        ', ',
      )}.`,
    );
  }
  const env = {
    ...environment(),
    MOORLINE_TERRAFORM: await ensureTerraform(),
    MOORLINE_HELM: await ensureHelm(),
    MOORLINE_KUBECTL: await ensureKubectl(),
  };
  const child = spawn(
    process.execPath,
    [path.join(root, 'bench', name, 'main.mjs'), ...args],
    { cwd: root, stdio: 'inherit', env },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  });
}
