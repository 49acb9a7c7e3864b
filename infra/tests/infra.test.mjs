// The pipeline and what the template generates; offline, with the real Terraform and git.
// Run: node --test infra/tests    (MOORLINE_TERRAFORM names the binary when it is not on PATH)
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { model } from './lib/model.mjs';
import { expandEnvironment } from './lib/pipeline.mjs';
import { startProvider } from './lib/provider.mjs';
import {
  filesOf,
  inputOf,
  renderEnvironment,
  template,
} from './lib/template.mjs';
import { root, run, succeed, tool } from './lib/tools.mjs';

const terraform = tool('terraform', 'MOORLINE_TERRAFORM');
const scripts = path.join(root, 'infra/pipelines/scripts');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-infra-'));

const service = (name, environment) => ({
  name,
  image: 'ghcr.io/moorline/trpc-api:0.1.0',
  replicas: 2,
  host: `${name}.${environment}.moorline.localhost`,
});

const specOf = (tier, size = 'medium', services = ['api']) => ({
  name: `orders-${tier}`,
  tier,
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size,
  addressRange: '10.20.16.0/20',
  database: 'statefulset',
  services: services.map(name => service(name, `orders-${tier}`)),
});

let provider;
before(async () => {
  provider = await startProvider();
});
after(async () => {
  await provider?.stop();
  fs.rmSync(temporary, { recursive: true, force: true });
});

test('everything has the format of terraform fmt', async () => {
  await succeed(terraform, ['fmt', '-check', '-diff', '-recursive'], {
    cwd: path.join(root, 'infra'),
  });
});

describe('what the template generates', () => {
  test('is asked for by a wizard with the limits of the model', () => {
    const [what, , runs] = template.spec.parameters;
    const { services, database } = runs.properties;
    assert.deepEqual(what.properties.tier.enum, [...model.TIERS]);
    assert.deepEqual(database.enum, Object.keys(model.DATABASE_KINDS));
    assert.equal(services.maxItems, model.MAX_SERVICES);
    assert.equal(
      services.items.properties.replicas.maximum,
      model.MAX_REPLICAS,
    );
  });

  test('lets the API choose a range that was left out', () => {
    const { addressRange, ...spec } = specOf('dev');
    assert.deepEqual(inputOf('reserve', spec), { spec });
    assert.deepEqual(inputOf('reserve', { ...spec, addressRange }), {
      spec: { ...spec, addressRange },
    });
  });

  test('is a folder of a few readable files', async () => {
    const folder = path.join(temporary, 'files');
    await renderEnvironment(specOf('prod', 'large', ['api', 'web']), folder);
    const files = filesOf(folder);
    assert.deepEqual(Object.keys(files).sort(), [
      'README.md',
      'azure-pipelines.yml',
      'main.tf',
      'moved.tf',
      'outputs.tf',
      'terraform.tf',
      'values/api.yaml',
      'values/postgres.yaml',
      'values/web.yaml',
    ]);
    for (const [name, text] of Object.entries(files)) {
      assert.doesNotMatch(
        text.replace(/\$\{\{ parameters\.\w+ \}\}/g, ''),
        /\$\{\{|\{%|undefined|\[object/,
        name,
      );
      assert.match(text, /[^\n]\n$/, `${name} ends with one line end`);
      assert.doesNotMatch(text, /\n\n\n|[ \t]\n/, `${name} has stray space`);
    }
  });
});

describe('the pipeline', () => {
  test('is what the generated file extends', async () => {
    const folder = path.join(temporary, 'pipeline');
    await renderEnvironment(specOf('dev', 'small', ['api', 'web']), folder);
    const pipeline = await expandEnvironment(folder, 'orders-dev');
    assert.deepEqual(
      pipeline.stages.map(({ name }) => name),
      ['validate', 'plan', 'apply', 'deploy', 'smoke'],
    );
    assert.deepEqual(pipeline.environments, ['orders-dev']);
    assert.deepEqual(pipeline.serviceConnections.sort(), [
      'moorline-apply',
      'moorline-plan',
    ]);

    const steps = pipeline.stages.flatMap(({ name, jobs }) =>
      jobs
        .flatMap(({ parts }) => parts.flatMap(part => part.steps))
        .map(step => ({ ...step, stage: name })),
    );
    const releases = steps.filter(
      ({ task, inputs }) =>
        task === 'helmdeploy@1' && inputs.command === 'upgrade',
    );
    assert.deepEqual(
      releases.map(({ inputs }) => inputs.releaseName),
      ['postgres', 'api', 'web'],
    );

    // The identity that plans cannot change anything, and the plan is made by no other.
    const connections = stage =>
      steps
        .filter(step => step.stage === stage && step.inputs.azureSubscription)
        .map(({ inputs }) => inputs.azureSubscription);
    assert.deepEqual([...new Set(connections('plan'))], ['moorline-plan']);
    assert.deepEqual([...new Set(connections('apply'))], ['moorline-apply']);
    assert.deepEqual(connections('validate'), []);

    // A token is given to the steps that fetch modules, and is in no script or argument.
    for (const step of steps) {
      for (const text of Object.values(step.inputs)) {
        assert.doesNotMatch(text, /System\.AccessToken/i, step.displayName);
      }
    }
  });

  test('takes down and looks for drift on other ways', async () => {
    const folder = path.join(temporary, 'ways');
    await renderEnvironment(specOf('prod'), folder);
    const stagesOf = async action => {
      const { stages } = await expandEnvironment(folder, 'orders-prod', {
        action,
      });
      return stages;
    };
    // Whatever changes Azure waits for what was put on the environment of Azure DevOps.
    const [plan, destroy] = await stagesOf('destroy');
    assert.deepEqual([plan.name, destroy.name], ['plan', 'destroy']);
    assert.deepEqual(
      destroy.jobs.map(({ environment }) => environment),
      ['orders-prod', 'orders-prod'],
    );
    const [drift, ...others] = await stagesOf('drift');
    assert.deepEqual([drift.name, others], ['drift', []]);
    const { serviceConnections } = await expandEnvironment(
      folder,
      'orders-prod',
      { action: 'drift' },
    );
    assert.deepEqual(serviceConnections, ['moorline-plan']);
    await assert.rejects(stagesOf('delete'), /action/);
  });

  test('has scripts that bash can read', async () => {
    const files = fs.readdirSync(scripts).filter(file => file.endsWith('.sh'));
    assert.ok(files.length > 0);
    for (const file of files) {
      await succeed('bash', ['-n', path.join(scripts, file)]);
    }
  });
});

test('pods that are not well are explained once for each reason', async () => {
  const pod = (name, release, status) => ({
    metadata: {
      name,
      labels: { 'app.kubernetes.io/instance': release },
    },
    status,
  });
  const container = state => ({
    phase: 'Running',
    containerStatuses: [{ name: 'api', ready: false, ...state }],
  });
  const waiting = (reason, message) => ({
    state: { waiting: { reason, message } },
  });
  const pulling = container(waiting('ImagePullBackOff', 'Back-off pulling'));
  const items = [
    pod('api-1', 'api', pulling),
    pod('api-2', 'api', pulling),
    pod(
      'web-1',
      'web',
      container({
        ...waiting('CrashLoopBackOff', 'back-off 20s'),
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
      }),
    ),
    pod('slow-1', 'slow', container({ state: { running: {} } })),
    pod('big-1', 'big', {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available',
        },
      ],
    }),
    pod('new-1', 'new', container(waiting('ContainerCreating'))),
    pod('done-1', 'done', {
      phase: 'Succeeded',
      containerStatuses: [
        { name: 'job', ready: false, state: { terminated: { exitCode: 0 } } },
      ],
    }),
  ];
  const { code, stdout, stderr } = await run(
    process.execPath,
    [path.join(scripts, 'explain-pods.mjs')],
    { input: JSON.stringify({ items }) },
  );
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map(line => line.replace('##vso[task.logissue type=error]', '')),
    [
      'api: ImagePullBackOff: Back-off pulling. Was the image pushed, and is its name right?',
      'web: OOMKilled: container api ended with exit code 137. It used more memory than its limit: raise resources.limits.',
      'slow: NotReady: container api fails its probe',
      'big: Unschedulable: 0/3 nodes are available. No node has room: raise the largest number of nodes.',
    ],
  );
});

describe('validate.sh, plan.sh and apply.sh', () => {
  const platform = path.join(temporary, 'platform');
  const git = (cwd, ...args) =>
    succeed(
      'git',
      ['-c', 'user.name=test', '-c', 'user.email=test@test', ...args],
      { cwd },
    );

  /** The checkout of an environment as the agent makes it, with the state beside it. */
  async function checkout(spec) {
    const folder = path.join(temporary, 'checkouts', spec.name);
    fs.mkdirSync(folder, { recursive: true });
    await renderEnvironment(spec, folder, `file://${platform}`);
    await git(folder, 'init', '--quiet');
    await git(folder, 'add', '.');
    await git(folder, 'commit', '--quiet', '--message', 'environment');
    fs.writeFileSync(
      path.join(folder, 'backend_override.tf'),
      'terraform {\n  backend "local" {}\n}\n',
    );
    const script = (name, ...args) =>
      run('bash', [path.join(scripts, name), ...args], {
        cwd: folder,
        env: {
          ...provider.environment,
          PATH: `${path.dirname(terraform)}:${path.dirname(process.execPath)}:${
            process.env.PATH
          }`,
          MOORLINE_ENVIRONMENT: spec.name,
          MOORLINE_LOCK_TIMEOUT: '1s',
          SYSTEM_ACCESSTOKEN: 'a-run-token',
          SYSTEM_COLLECTIONURI: 'https://devops.test/moorline/',
          AZURESUBSCRIPTION_SERVICE_CONNECTION_ID:
            '00000000-0000-4000-8000-0000000000bb',
          AZURESUBSCRIPTION_CLIENT_ID: '00000000-0000-4000-8000-0000000000cc',
          AZURESUBSCRIPTION_TENANT_ID: '00000000-0000-4000-8000-0000000000aa',
        },
      });
    return {
      folder,
      script,
      plan: path.join(folder, '..', `${spec.name}-plan`),
    };
  }

  before(async () => {
    const infra = path.join(platform, 'infra');
    for (const part of ['modules', 'stacks']) {
      fs.cpSync(path.join(root, 'infra', part), path.join(infra, part), {
        recursive: true,
        filter: file => path.basename(file) !== '.terraform',
      });
    }
    await git(platform, 'init', '--quiet');
    await git(platform, 'add', '.');
    await git(platform, 'commit', '--quiet', '--message', 'platform');
    await git(platform, 'tag', 'v0.1.0');
  });

  /** Runs a script that must succeed; what it wrote. */
  const ok = async running => {
    const { code, stdout, stderr } = await running;
    assert.equal(code, 0, stdout + stderr);
    return stdout + stderr;
  };
  /** The counts and changes of a plan. */
  const summaryOf = plan =>
    JSON.parse(fs.readFileSync(path.join(plan, 'summary.json'), 'utf8'));

  for (const tier of ['dev', 'staging']) {
    test(`make, keep and take down ${tier}`, async () => {
      const { script, plan } = await checkout(specOf(tier));
      const outputs = [await ok(script('validate.sh'))];
      const planned = await ok(script('plan.sh', plan));
      const { add, destroy } = summaryOf(plan);
      assert.ok(add > 20 && destroy === 0);
      const line = `Plan: ${add} to add, 0 to change, 0 to destroy.`;
      assert.equal(planned.split(line).length, 3, 'Terraform and we agree');
      outputs.push(planned, await ok(script('apply.sh', plan)));

      const again = await ok(script('plan.sh', plan));
      assert.match(again, /^No changes\./m);
      assert.match(again, /^Plan: 0 to add, 0 to change, 0 to destroy\.$/m);
      assert.match(again, /variable=changes;isOutput=true\]false$/m);

      const last = await ok(script('plan.sh', plan, 'destroy'));
      assert.match(last, /variable=cluster;isOutput=true\]true$/m);
      assert.equal(summaryOf(plan).destroy, add);
      outputs.push(again, last, await ok(script('apply.sh', plan)));

      assert.ok(
        !outputs.join('').includes('a-run-token'),
        'a token in the log',
      );
      const kept = JSON.stringify(filesOf(plan));
      assert.ok(!kept.includes('a-run-token'), 'a token in the artifact');
    });
  }

  test('keep what a folder of an older form made', async () => {
    const { folder, script, plan } = await checkout(specOf('prod'));
    const files = ['main.tf', 'outputs.tf', 'moved.tf'];
    const now = files.map(file =>
      fs.readFileSync(path.join(folder, file), 'utf8'),
    );
    files.forEach(file => fs.rmSync(path.join(folder, file)));
    const before = fs.readFileSync(
      new URL('fixtures/folder-before-the-stack.tf', import.meta.url),
      'utf8',
    );
    fs.writeFileSync(
      path.join(folder, 'main.tf'),
      before.replaceAll('PLATFORM', `file://${platform}`),
    );
    await ok(script('plan.sh', plan));
    await ok(script('apply.sh', plan));

    files.forEach((file, i) =>
      fs.writeFileSync(path.join(folder, file), now[i]),
    );
    await ok(script('plan.sh', plan));
    assert.deepEqual(
      summaryOf(plan).changes.filter(({ actions }) =>
        actions.includes('delete'),
      ),
      [],
    );
    await ok(script('apply.sh', plan));
    assert.match(await ok(script('plan.sh', plan)), /^No changes\./m);
  });

  test('say who holds the state, and how to get it back', async () => {
    const { folder, script } = await checkout({
      ...specOf('dev'),
      name: 'locked',
    });
    const plan = path.join(temporary, 'locked-plan');
    await ok(script('plan.sh', plan));
    // Another Terraform that holds the state until somebody answers it.
    const other = spawn(terraform, ['apply', '-no-color'], {
      cwd: folder,
      env: { ...process.env, ...provider.environment },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(other, 'exit');
    let asked = '';
    for await (const chunk of other.stdout) {
      asked += chunk;
      if (asked.includes('Only')) break;
    }
    const { code, stdout } = await script('plan.sh', plan);
    other.kill();
    await ended;
    assert.notEqual(code, 0);
    assert.match(
      stdout,
      /task\.logissue type=error\]The state of locked is locked by \S+@\S+ since \d{4}-.*\(OperationTypeApply\): wait.*`terraform force-unlock [0-9a-f-]{36}`/,
    );
  });

  test('do not take down what is locked against deletion', async () => {
    const { script, plan } = await checkout({
      ...specOf('dev'),
      name: 'kept',
      options: { deleteLock: true },
    });
    await ok(script('plan.sh', plan));
    await ok(script('apply.sh', plan));
    const { code, stdout } = await script('plan.sh', plan, 'destroy');
    assert.notEqual(code, 0);
    assert.match(
      stdout,
      /A lock keeps everything in kept.*delete_lock_enabled/,
    );
  });

  test('name the variable and the fix when a value is wrong', async () => {
    const { script } = await checkout({
      ...specOf('dev'),
      name: 'wrong-range',
      addressRange: '10.20.16.0/24',
    });
    const result = await script('plan.sh', path.join(temporary, 'wrong-plan'));
    assert.notEqual(result.code, 0);
    assert.match(
      result.stdout,
      /type=error\]Error: Invalid value for variable \(.*address_range must be a \/20 .*: write a range such as 10\.20\.0\.0\/20/,
    );
  });

  test('refuse files that are not in format', async () => {
    const { folder, script } = await checkout({
      ...specOf('dev'),
      name: 'unformatted',
    });
    fs.appendFileSync(
      path.join(folder, 'outputs.tf'),
      'locals {\nx   = 1\n}\n',
    );
    const result = await script('validate.sh');
    assert.notEqual(result.code, 0);
    assert.match(
      result.stdout,
      /##vso\[task\.logissue type=error\].*terraform fmt/,
    );
  });

  test('refuse to apply without a plan', async () => {
    const { script } = await checkout({ ...specOf('dev'), name: 'no-plan' });
    const result = await script('apply.sh', path.join(temporary, 'nothing'));
    assert.notEqual(result.code, 0);
    assert.match(result.stdout, /There is no plan in .*run the plan stage/);
  });
});
