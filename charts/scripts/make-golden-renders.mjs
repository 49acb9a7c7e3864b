#!/usr/bin/env node
// Writes charts/tests/golden/*.yaml, what the charts render for dev and prod: `node charts/scripts/make-golden-renders.mjs`
// (MOORLINE_HELM names the binary when it is not on PATH). Review the difference, then commit.
import fs from 'node:fs';
import path from 'node:path';
import { goldens } from '../tests/lib/golden.mjs';

for (const { file, text } of goldens) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, await text());
  console.log(path.relative(process.cwd(), file));
}
