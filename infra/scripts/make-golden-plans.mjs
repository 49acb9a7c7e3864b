#!/usr/bin/env node
// Writes infra/tests/golden/*.jsonl, what each stack plans, `environment` for each column of presets.csv: one line a resource.
// Run `node infra/scripts/make-golden-plans.mjs` after a change, and review the difference (`git diff --word-diff`).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startProvider } from '../tests/lib/provider.mjs';
import { textOf } from '../tests/lib/plan.mjs';
import { planOf, ROOTS } from '../tests/lib/roots.mjs';
import { root } from '../tests/lib/tools.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-plans-'));
const provider = await startProvider();
try {
  for (const name of Object.keys(ROOTS)) {
    const plan = await planOf(name, { folder, ...provider });
    const file = path.join(root, `infra/tests/golden/${name}.jsonl`);
    fs.writeFileSync(file, textOf(plan));
    console.log(path.relative(process.cwd(), file));
  }
} finally {
  await provider.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
