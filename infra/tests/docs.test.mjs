// What docs/ and README.md say of this repository: links and paths lead somewhere, words of code are in the code, and
// their Terraform plans. Run: node --test infra/tests/docs.test.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Marked } from 'marked';
import { fragmentOf } from '../../scripts/docs.mjs';
import { startProvider } from './lib/provider.mjs';
import { terraformAt } from './lib/roots.mjs';
import { root, run, succeed, tool } from './lib/tools.mjs';

const pages = fs
  .readdirSync(path.join(root, 'docs'), { recursive: true })
  .filter(file => file.endsWith('.md'))
  .map(file => path.join('docs', file))
  .concat('README.md')
  .map(file => {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    const tokens = [];
    const marked = new Marked();
    marked.walkTokens(marked.lexer(text), token => tokens.push(token));
    return { file, tokens };
  });

const textsOf = ({ tokens }, ...types) =>
  tokens.filter(({ type }) => types.includes(type)).map(({ text }) => text);

/** Whether a link of a page ends at a file, and at a heading where it names one. */
function leadsTo(file, href) {
  const [place, fragment] = href.split('#');
  const target = place ? path.join(path.dirname(file), place) : file;
  const page = pages.find(other => other.file === target);
  return (
    fs.existsSync(path.join(root, target)) &&
    (!fragment || textsOf(page, 'heading').map(fragmentOf).includes(fragment))
  );
}

describe('docs', () => {
  test('link to what is there', () => {
    const broken = pages.flatMap(({ file, tokens }) =>
      tokens
        .filter(({ type }) => type === 'link' || type === 'image')
        .filter(({ href }) => !/^[a-z]+:/.test(href) && !leadsTo(file, href))
        .map(({ href }) => `${file}: ${href}`),
    );
    assert.deepEqual(broken, []);
  });

  test('name files that are there', () => {
    const PATH =
      /(?<![\w./-])(?:bench|charts|docs|images|infra|packages|plugins|scripts|templates)\/[\w./-]*\w/g;
    const missing = pages.flatMap(page =>
      textsOf(page, 'codespan', 'code')
        .flatMap(text => text.match(PATH) ?? [])
        .filter(named => !fs.existsSync(path.join(root, named)))
        .map(named => `${page.file}: ${named}`),
    );
    assert.deepEqual(missing, []);
  });

  // A variable, output, preset or setting that was renamed or never was. Decisions also speak of what others have.
  test('call things as the code does', async () => {
    const { stdout } = await run(
      'git',
      ['grep', '--untracked', '-hoIE', '[A-Za-z]+(_[A-Za-z0-9]+)+'].concat([
        '--',
        '*',
        ':!docs',
        ':!README.md',
        ':!*.jsonl',
        ':!yarn.lock',
      ]),
      { cwd: root },
    );
    const known = new Set(stdout.split('\n'));
    const described = pages.filter(({ file }) => !/decisions/.test(file));
    const unknown = described.flatMap(page =>
      textsOf(page, 'codespan')
        .filter(text => /^[A-Za-z]+(_[A-Za-z0-9]+)+$/.test(text))
        .filter(text => !known.has(text))
        .map(text => `${page.file}: ${text}`),
    );
    assert.deepEqual(unknown, []);
  });
});

test('recovery tells the days that the tiers have', () => {
  const presets = fs.readFileSync(
    path.join(root, 'infra/stacks/environment/presets.csv'),
    'utf8',
  );
  const { tokens } = pages.find(({ file }) => /recovery/.test(file));
  const rows = tokens.flatMap(({ type, rows: own }) =>
    type === 'table' ? own.map(cells => cells.map(({ text }) => text)) : [],
  );
  const told = [];
  for (const [what, ...tiers] of rows) {
    const [, setting] = /`(\w+_days)`/.exec(what) ?? [];
    if (!setting) continue;
    const [, dev, , staging, prod] = presets
      .split('\n')
      .map(line => line.split(','))
      .find(([name]) => name === setting);
    [dev, staging, prod].forEach((days, tier) =>
      assert.match(tiers[tier] || `${days} days`, new RegExp(`^${days} days`)),
    );
    told.push(setting);
  }
  assert.equal(told.length, 4);
});

test('shell commands in docs are such that bash can read them', async () => {
  for (const { file, tokens } of pages) {
    for (const { type, lang, text } of tokens) {
      if (type !== 'code' || lang !== 'sh') continue;
      const { code, stderr } = await run('bash', ['-n'], { input: text });
      assert.equal(code, 0, `${file}: ${stderr}${text}`);
    }
  }
});

/** The Terraform of a page that is to be run: blocks marked `hcl root=NAME`; those of one name are one root. */
function rootsOf({ file, tokens }) {
  const roots = {};
  for (const { type, lang, text } of tokens) {
    const name = type === 'code' && /^hcl root=(\S+)$/.exec(lang)?.[1];
    if (name) roots[name] = [roots[name], text].filter(Boolean).join('\n\n');
  }
  return Object.entries(roots).map(([name, text]) => ({ file, name, text }));
}

describe('Terraform in docs', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-docs-'));
  let provider;
  before(async () => {
    provider = await startProvider();
  });
  after(async () => {
    await provider?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  for (const { file, name, text } of pages.flatMap(rootsOf)) {
    test(`${file}: ${name} has the usual format and plans`, async () => {
      const cwd = path.join(folder, path.basename(file, '.md'), name);
      fs.mkdirSync(cwd, { recursive: true });
      const main = path.join(cwd, 'main.tf');
      fs.writeFileSync(main, `${text}\n`);
      await succeed(tool('terraform', 'MOORLINE_TERRAFORM'), [
        ...['fmt', '-check', '-diff', cwd],
      ]);
      // Wherever the page takes the modules from, here they are this repository's.
      const infra = path.relative(cwd, path.join(root, 'infra'));
      fs.writeFileSync(
        main,
        text.replace(
          /"[^"\s]*\binfra\/((?:modules|stacks)\/[\w-]+)(?:\?[^"]*)?"/g,
          `"${infra}/$1"`,
        ),
      );
      fs.writeFileSync(
        path.join(cwd, 'backend_override.tf'),
        'terraform {\n  backend "local" {}\n}\n',
      );
      const terraform = terraformAt(cwd, provider.environment);
      await terraform('init', '-no-color');
      assert.match(await terraform('plan', '-no-color'), /^Plan: \d+ to add/m);
    });
  }
});
