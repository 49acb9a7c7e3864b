// What scripts make from the charts is up to date: schemas, READMEs, and the renders that are kept.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { charts as documented, readmeFile } from '../scripts/make-readmes.mjs';
import {
  charts as described,
  schemaFile,
  schemaOf,
} from '../scripts/make-schemas.mjs';
import { readmeOf } from '../scripts/lib/readme.mjs';
import { goldens } from './lib/golden.mjs';

const read = file => fs.readFileSync(file, 'utf8');

for (const chart of described) {
  test(`the schema of ${chart} is made anew`, async () => {
    const script = 'run node charts/scripts/make-schemas.mjs';
    assert.equal(read(schemaFile(chart)), await schemaOf(chart), script);
  });
}

for (const chart of documented) {
  test(`the README of ${chart} is made anew`, async () => {
    const script = 'run node charts/scripts/make-readmes.mjs';
    assert.equal(read(readmeFile(chart)), await readmeOf(chart), script);
  });
}

describe('the render that is kept is what comes out', () => {
  for (const { chart, values, file, text } of goldens) {
    test(`${chart} with ${values.split('/').pop()}`, async () => {
      const script = 'run node charts/scripts/make-golden-renders.mjs';
      assert.equal(await text(), read(file), script);
    });

    test(`${chart} with ${values
      .split('/')
      .pop()}, whatever the Kubernetes`, async () => {
      for (const version of ['1.34.0', '1.35.0', '1.36.0']) {
        assert.equal(await text(['--kube-version', version]), read(file));
      }
    });
  }
});
