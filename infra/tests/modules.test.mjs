// Each module and stack: what it says of itself, its own tests against a mocked azurerm, and its example, which is made, kept
// and destroyed by the sandbox's azurerm. Run: node --test infra/tests/modules.test.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { folders, readmeOf } from '../scripts/make-readmes.mjs';
import { readModule } from '../scripts/lib/read-module.mjs';
import { startProvider } from './lib/provider.mjs';
import { root, succeed, tool } from './lib/tools.mjs';

const terraform = tool('terraform', 'MOORLINE_TERRAFORM');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-modules-'));

let provider;
before(async () => {
  provider = await startProvider();
});
after(async () => {
  await provider?.stop();
  fs.rmSync(temporary, { recursive: true, force: true });
});

/** Runs Terraform in a folder, with what it keeps beside the folder's files kept elsewhere. */
function terraformIn(cwd) {
  const data = path.join(temporary, path.relative(root, cwd));
  fs.mkdirSync(data, { recursive: true });
  const state = `-state=${path.join(data, 'example.tfstate')}`;
  const run = (...args) =>
    succeed(terraform, args, {
      cwd,
      env: {
        ...provider.environment,
        TF_DATA_DIR: data,
        TF_IN_AUTOMATION: 'true',
        TF_INPUT: 'false',
      },
    });
  return {
    run,
    /** The resources that were made, as `terraform show -json` has them. */
    async resources() {
      const { values } = JSON.parse(
        await run('show', '-json', path.join(data, 'example.tfstate')),
      );
      const of = ({ resources = [], child_modules: children = [] }) => [
        ...resources.filter(({ mode }) => mode === 'managed'),
        ...children.flatMap(of),
      ];
      return of(values.root_module);
    },
    rename: (from, to) => run('state', 'mv', state, from, to),
    init: () => run('init', '-backend=false', '-no-color'),
    apply: () => run('apply', '-auto-approve', '-no-color', state),
    plan: () => run('plan', '-no-color', state),
    destroy: () => run('destroy', '-auto-approve', '-no-color', state),
  };
}

/** A rename must not make anything anew: what stands in the state under the old name only moves. */
async function keepsWhatHasAnOldName(example, { name, moves }) {
  const within = address => `module.${name.replace(/-/g, '_')}.${address}`;
  for (const { from, to } of moves) {
    await example.rename(within(to), within(from));
    const plan = await example.plan();
    assert.match(plan, /has moved to/);
    assert.match(plan, /Plan: 0 to add, 0 to change, 0 to destroy\./);
    await example.apply();
  }
}

/** What was made before Terraform knew of it is imported by its id, and then as the code says. */
async function takesOverWhatIsThere(example, folder) {
  const copy = path.join(temporary, 'imports', path.relative(root, folder));
  const source = path.join(folder, 'examples/default');
  fs.mkdirSync(copy, { recursive: true });
  for (const file of fs.readdirSync(source)) {
    if (!file.endsWith('.tf')) continue;
    const text = fs.readFileSync(path.join(source, file), 'utf8');
    fs.writeFileSync(
      path.join(copy, file),
      text.replace(/(source += )"(\.\.[^"]*)"/g, (_, start, called) => {
        const absolute = path.resolve(source, called);
        return `${start}"${path.relative(copy, absolute)}"`;
      }),
    );
  }
  const resources = await example.resources();
  fs.writeFileSync(
    path.join(copy, 'imports.tf'),
    resources
      .map(
        ({ address, values: { id } }) =>
          `import {\n  to = ${address}\n  id = ${JSON.stringify(id)}\n}\n`,
      )
      .join('\n'),
  );
  const imports = terraformIn(copy);
  await imports.init();
  const plan = await imports.plan();
  assert.match(
    plan,
    new RegExp(
      `Plan: ${resources.length} to import, 0 to add, 0 to change, 0 to destroy\\.`,
    ),
    plan,
  );
}

for (const folder of folders) {
  const module = readModule(folder);

  describe(path.relative(path.join(root, 'infra'), folder), () => {
    test('has the files that all have', () => {
      for (const file of [
        'main.tf',
        'variables.tf',
        'outputs.tf',
        'terraform.tf',
        'examples/default/main.tf',
      ]) {
        assert.ok(fs.existsSync(path.join(folder, file)), `no ${file}`);
      }
      assert.ok(module.purpose, 'main.tf begins with what the module is for');
    });

    test('has a README that is up to date', async () => {
      const file = path.join(folder, 'README.md');
      assert.ok(
        fs.existsSync(file) &&
          fs.readFileSync(file, 'utf8') === (await readmeOf(folder)),
        `${path.relative(
          root,
          file,
        )} is stale: run node infra/scripts/make-readmes.mjs`,
      );
    });

    test('refuses bad values of every input, and says which and why', () => {
      const tests = fs
        .readdirSync(path.join(folder, 'tests'))
        .map(file => fs.readFileSync(path.join(folder, 'tests', file), 'utf8'))
        .join('\n');
      for (const input of module.inputs) {
        const { name, type, description, validations } = input;
        assert.match(description ?? '', /\.$/, `${name} has no description`);
        for (const message of validations) {
          assert.match(
            message,
            new RegExp(`^${name}\\b.*: .*\\.$`, 's'),
            `${name}: a message begins with its name and ends, after a colon, with the fix`,
          );
        }
        // Terraform itself refuses all but two values; what is only passed on is checked where it goes.
        if (type === 'bool' || (input.passedOn && !validations.length))
          continue;
        assert.ok(validations.length > 0, `${name} takes anything`);
        assert.match(
          tests,
          new RegExp(`expect_failures = \\[[^\\]]*\\bvar\\.${name}\\b`),
          `no test gives ${name} a bad value`,
        );
      }
      for (const { name, description } of module.outputs) {
        assert.match(description ?? '', /\.$/, `${name} has no description`);
      }
    });

    test('does what its tests say', async () => {
      const { init, run } = terraformIn(folder);
      await init();
      await run('validate', '-no-color');
      const output = await run('test', '-no-color');
      assert.match(output, /Success! [1-9]\d* passed, 0 failed/);
    });

    test('has an example that is made, stays as it is, and goes', async () => {
      const example = terraformIn(path.join(folder, 'examples/default'));
      await example.init();
      const applied = await example.apply();
      const [, made] = /Resources: (\d+) added, 0 changed, 0 destroyed/.exec(
        applied,
      );
      assert.match(await example.plan(), /No changes\./);
      await keepsWhatHasAnOldName(example, module);
      await takesOverWhatIsThere(example, folder);
      assert.match(
        await example.destroy(),
        new RegExp(`Resources: ${made} destroyed`),
      );
    });
  });
}

test('every alert has a runbook, and every runbook an alert', () => {
  const names = (folder, extension) =>
    fs
      .readdirSync(path.join(root, folder))
      .filter(file => file.endsWith(extension) && file !== 'README.md')
      .map(file => path.basename(file, extension));
  assert.deepEqual(
    names('docs/runbooks', '.md'),
    [
      'infra/modules/monitoring/alerts',
      'charts/trpc-api/files/alerts',
      'charts/worker/files/alerts',
    ]
      .flatMap(folder => names(folder, '.yaml'))
      .sort(),
  );
});
