#!/usr/bin/env node
// Writes README.md of every module and stack from its Terraform: `node infra/scripts/make-readmes.mjs`, then commit.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModule } from './lib/read-module.mjs';
import { readme } from './lib/readme.mjs';

const infra = fileURLToPath(new URL('..', import.meta.url));

/** The folders that have a README of this kind. */
export const folders = ['modules', 'stacks']
  .map(name => path.join(infra, name))
  .filter(folder => fs.existsSync(folder))
  .flatMap(folder =>
    fs
      .readdirSync(folder)
      .sort()
      .map(name => path.join(folder, name)),
  )
  .filter(folder => fs.existsSync(path.join(folder, 'main.tf')));

/** What README.md of a folder should say. */
export const readmeOf = folder =>
  readme(readModule(folder), 'infra/scripts/make-readmes.mjs');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const folder of folders) {
    const file = path.join(folder, 'README.md');
    const text = await readmeOf(folder);
    if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
      fs.writeFileSync(file, text);
      console.log(path.relative(process.cwd(), file));
    }
  }
}
