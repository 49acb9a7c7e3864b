// The main job as a person does it: create an environment, watch it become ready, see its pods.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, picture, signIn } from './browser.mjs';
import { processesOf, startPortal } from './portal.mjs';

const NAME = 'orders-dev';
const RUN_TIMEOUT = 180_000;

let portal;
let browser;
let page;

before(async () => {
  portal = await startPortal();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  page.setDefaultTimeout(20_000);
});

after(async () => {
  await browser?.close();
  await portal?.interrupt();
  fs.rmSync(portal.state, { recursive: true, force: true });
});

const heading = name => page.getByRole('heading', { name, exact: true });
const tab = name =>
  page
    .getByRole('navigation', { name: 'Content navigation' })
    .getByRole('link', { name, exact: true });

test('the first page after sign-in says what an environment is, and leads to the wizard', async () => {
  await signIn(page, portal.url);
  await heading('No environments yet').waitFor();
  assert.equal(new URL(page.url()).pathname, '/environments');
  for (const name of ['Environments', 'Create', 'Catalog', 'Docs']) {
    await page.getByRole('link', { name, exact: true }).first().waitFor();
  }
  await page.getByRole('link', { name: 'Create environment' }).first().click();
});

test('three short pages and a review say what will be made', async () => {
  await page.getByRole('textbox', { name: /^Name/ }).fill(NAME);
  await page.getByText(`${NAME}.moorline.localhost`).first().waitFor();
  await page.getByRole('button', { name: /Owner/ }).click();
  await page.getByRole('option', { name: /Orders/ }).click();
  await picture(page, 'wizard-what');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('radio', { name: /Small/ }).waitFor();
  await picture(page, 'wizard-where');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('textbox', { name: /Image/ }).waitFor();
  const wizard = page.getByRole('region', { name: 'What runs' });
  await wizard.getByRole('button', { name: 'Review' }).click();
  await page.getByText(`environments/${NAME}/`).waitFor();
  await page.getByText('azure-pipelines.yml').waitFor();
  await page.getByText(`aks-${NAME}`).first().waitFor();
  await picture(page, 'wizard-review');
});

test('the environment’s page is the progress, to state ready', async () => {
  await page.getByRole('button', { name: 'Create environment' }).click();
  await heading(NAME).waitFor();
  await page.waitForURL(`**/catalog/default/resource/${NAME}**`);
  const deploy = page.getByRole('listitem').filter({ hasText: 'Deploy' });
  await deploy.first().waitFor();
  await page
    .getByText(/^\+ \d{2}$/)
    .first()
    .waitFor({ timeout: RUN_TIMEOUT });
  await picture(page, 'environment-running');
  await page
    .getByText('Ready', { exact: true })
    .first()
    .waitFor({ timeout: RUN_TIMEOUT });
  await page.getByText(`${NAME} is ready`).waitFor();
  await page.getByText('2/2').waitFor();
  await picture(page, 'environment-ready');
});

test('the host on the page leads to the API that was released', async () => {
  const host = page.getByRole('link', {
    name: `api.${NAME}.moorline.localhost`,
  });
  const opened = page.waitForEvent('popup');
  await host.click();
  const api = await opened;
  await api.getByText('trpc-api 0.1.0').waitFor();
  await api.close();
});

test('the run shows its stages, steps and logs', async () => {
  await tab('Run').click();
  await heading('Run #1').waitFor();
  await page.getByRole('link', { name: /^Plan Succeeded/ }).click();
  await page.getByRole('link', { name: /^Succeeded Plan/ }).click();
  await page
    .getByText(/Plan: \d{2} to add, 0 to change, 0 to destroy/)
    .last()
    .waitFor();
  await picture(page, 'run');
});

test('workloads and the Kubernetes tab show API and PostgreSQL pods running', async () => {
  await tab('Workloads').click();
  await heading('api').waitFor();
  await heading('postgres').waitFor();
  await page.getByText('2 of 2').waitFor();
  await picture(page, 'workloads');
  await tab('Kubernetes').click();
  await page.getByText('No pods with errors').waitFor();
  await page.getByRole('button', { name: `aks-${NAME}` }).click();
  await page.getByRole('button', { name: 'api Deployment' }).first().click();
  await page
    .getByRole('button', { name: 'postgres Stateful Set' })
    .first()
    .click();
  for (const pod of [/^api-\w+-\w+$/, /^postgres-0$/]) {
    const row = page.getByRole('row').filter({ has: page.getByText(pod) });
    await row.first().getByText('Running').waitFor();
  }
  await picture(page, 'kubernetes');
});

test('the list shows the environment with its state and releases', async () => {
  await page
    .getByRole('link', { name: 'Environments', exact: true })
    .first()
    .click();
  const row = page.getByRole('row', { name: new RegExp(NAME) });
  await row.getByText('Ready').waitFor();
  await row.getByText('Development').waitFor();
  await picture(page, 'environments');
});

test('no page breaks a rule of WCAG A or AA that a machine can check', async () => {
  const axe = fs.readFileSync(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  );
  const entity = `/catalog/default/resource/${NAME}`;
  const places = [
    ['/environments', heading('Environments')],
    ['/environments/create', heading('Create environment')],
    [entity, heading('What happened')],
    [`${entity}/run`, heading('Run #1')],
    [`${entity}/workloads`, heading('postgres')],
  ];
  for (const [place, landmark] of places) {
    await page.goto(`${portal.url}${place}`);
    await landmark.first().waitFor();
    await page.evaluate(axe);
    const broken = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa'],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    });
    assert.deepEqual(broken, [], place);
  }
});

test('the documentation is in the portal', async () => {
  await page.goto(`${portal.url}/docs/default/component/moorline/get-started/`);
  await heading('Get started').waitFor();
});

test('a tRPC client, kubectl and the kubeconfig command reach the same environment', async () => {
  const env = {
    ...process.env,
    MOORLINE_STATE: portal.state,
    MOORLINE_URL: portal.url,
    MOORLINE_TOKEN: fs.readFileSync(
      path.join(portal.state, 'api-token'),
      'utf8',
    ),
    MOORLINE_SANDBOX_PORT: portal.sandboxPort,
  };
  const list = spawnSync(
    process.execPath,
    ['packages/api/examples/list-environments.mjs'],
    { encoding: 'utf8', env },
  );
  assert.match(list.stdout, new RegExp(`${NAME}.*ready`));

  const config = spawnSync(
    process.execPath,
    ['scripts/moorline.mjs', 'kubeconfig', NAME],
    { encoding: 'utf8', env },
  );
  assert.equal(config.status, 0, config.stderr);
  const file = path.join(portal.state, 'kubeconfig');
  fs.writeFileSync(file, config.stdout, { mode: 0o600 });
  const pods = spawnSync(
    process.env.MOORLINE_KUBECTL ?? 'kubectl',
    ['--kubeconfig', file, 'get', 'pods', '--namespace', NAME],
    { encoding: 'utf8' },
  );
  assert.match(pods.stdout, /api-\S+\s+1\/1\s+Running/, pods.stderr);
  assert.match(pods.stdout, /postgres-0\s+1\/1\s+Running/);
});

test('Ctrl-C ends every process, and the next start goes on where this one was', async () => {
  assert.equal(await portal.interrupt(), 0);
  assert.deepEqual(processesOf(portal.state), []);

  portal = await startPortal(portal.state);
  await signIn(page, portal.url);
  await page
    .getByRole('row', { name: new RegExp(NAME) })
    .getByText('Ready')
    .waitFor();
});
