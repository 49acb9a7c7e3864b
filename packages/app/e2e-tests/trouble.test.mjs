// What goes wrong in life: each ends in a state that a person understands, on the page and in the task, and when its
// cause is gone the way on makes nothing twice.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser, signIn } from './browser.mjs';
import { guestOf, valuesOf } from './guest.mjs';
import { organisationOf } from './organisation.mjs';
import { startPortal } from './portal.mjs';

const DRAFT = 'moorline.create-environment.draft';
const ONE_OF_EACH = { commits: 1, pipelines: 1, runs: 1 };
const RUN_TIMEOUT = 120_000;
/** An environment that is there before the others, and is broken and mended later. */
const HOME = 'home-dev';
const HOME_RANGE = '10.40.0.0/20';
const folder = file => `environments/${HOME}/${file}`;

let portal;
let organisation;
let guest;
let browser;
let page;

before(async () => {
  portal = await startPortal();
  organisation = organisationOf(portal);
  guest = await guestOf(portal);
  await guest.settled();
  // Its first run goes on while the other tests look at other things.
  const first = await guest.create(
    valuesOf(HOME, { addressRange: HOME_RANGE }),
  );
  assert.equal(first.error, undefined);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  page.setDefaultTimeout(20_000);
  await signIn(page, portal.url);
  await page.getByRole('row', { name: new RegExp(HOME) }).waitFor();
});

after(async () => {
  await browser?.close();
  await portal?.interrupt();
  if (portal) fs.rmSync(portal.state, { recursive: true, force: true });
});

const button = name => page.getByRole('button', { name, exact: true });
const alert = () => page.getByRole('alert').first();
const row = name => page.getByRole('row', { name: new RegExp(name) });
const open = below => page.goto(`${portal.url}${below}`);
const homePage = (tab = '') => `/catalog/default/resource/${HOME}${tab}`;

/** The review of a form that was filled in a while ago: nothing of it was checked since. */
async function review(values) {
  await page.evaluate(
    ([key, draft]) => sessionStorage.setItem(key, draft),
    [DRAFT, JSON.stringify(values)],
  );
  await open('/environments/create?page=4');
  await page.getByRole('region', { name: 'Review' }).waitFor();
}

/** Presses Create in the review, and waits for the page to say why the task stopped. */
async function createInVain(values, reason) {
  await review(values);
  await button('Create environment').click();
  await alert().getByText(reason).waitFor();
  return new URL(page.url()).searchParams.get('task');
}

/** Checks that there is one of everything, and ends what is not needed any more. */
async function assertOnce(name) {
  assert.equal((await guest.records(name)).length, 1);
  assert.equal((await guest.runs(name)).length, 1);
  assert.deepEqual(await organisation.count(name), ONE_OF_EACH);
  await organisation.cancelRuns(name);
}

async function assertNothing(name) {
  assert.deepEqual(await guest.records(name), []);
  assert.deepEqual(await organisation.count(name), {
    commits: 0,
    pipelines: 0,
    runs: 0,
  });
}

/** Waits until a run of HOME is over. */
async function endOfRun(number) {
  const until = Date.now() + RUN_TIMEOUT;
  while (Date.now() < until) {
    const run = (await guest.runs(HOME)).find(item => item.number === number);
    if (run && !['queued', 'running'].includes(run.state)) return run;
    await sleep(300);
  }
  throw new Error(`Run #${number} of ${HOME} does not end`);
}

test('a taken name', async () => {
  await page.evaluate(key => sessionStorage.removeItem(key), DRAFT);
  await open('/environments/create');
  await page.getByRole('textbox', { name: /^Name/ }).fill(HOME);
  await page
    .getByText(/is taken by an environment of/)
    .first()
    .waitFor();

  // Taken between the check of the form and the task.
  const taskId = await createInVain(
    valuesOf(HOME),
    /is taken by an environment/,
  );
  await alert()
    .getByText(/Nothing was made/)
    .waitFor();
  const task = await guest.outcome(taskId);
  assert.equal(task.step, 'reserve');
  assert.match(task.error, /^name: "home-dev" is taken by .*; choose another/);
  // The log is for the person who asked, not for whoever wrote the code.
  assert.doesNotMatch(task.log, /^\s+at /m);

  await button('Change what was entered').click();
  const name = page.getByRole('textbox', { name: /^Name/ });
  assert.equal(await name.inputValue(), HOME);
  await name.fill('other-dev');
  for (const next of ['Next', 'Next', 'Review', 'Create environment']) {
    await button(next).click();
  }
  await page.waitForURL('**/catalog/default/resource/other-dev**');
  await assertOnce('other-dev');
  assert.equal((await guest.records(HOME)).length, 1);
});

test('an overlapping range', async () => {
  const values = valuesOf('lap-dev', { addressRange: HOME_RANGE });
  const taskId = await createInVain(values, /overlaps .* of "home-dev"/);
  await alert()
    .getByText(/Nothing was made/)
    .waitFor();
  assert.match(
    (await guest.outcome(taskId)).error,
    /^addressRange: .* overlaps .*; choose another range, or leave it out/,
  );
  await button('Change what was entered').click();
  await button('Next').click();
  await page
    .getByText(/overlaps .* of "home-dev"/)
    .first()
    .waitFor();
  await assertNothing('lap-dev');

  const task = await guest.create(valuesOf('lap-dev'));
  assert.equal(task.error, undefined);
  await assertOnce('lap-dev');
});

test('an unknown region', async () => {
  await review(valuesOf('mars-dev', { region: 'mars' }));
  await page.getByText(/region: "mars" is not known; choose one of/).waitFor();
  assert.ok(await button('Create environment').isDisabled());

  const task = await guest.create(valuesOf('mars-dev', { region: 'mars' }));
  assert.equal(task.step, 'reserve');
  assert.match(task.error, /^region: "mars" is not known; choose one of west/);
  await assertNothing('mars-dev');
});

test('an owner that does not exist', async () => {
  const values = valuesOf('gone-dev', { owner: 'group:default/team-gone' });
  const taskId = await createInVain(
    values,
    /"group:default\/team-gone" is not/,
  );
  assert.match(
    (await guest.outcome(taskId)).error,
    /^owner: .* is not in the catalog; choose a group or user that is/,
  );
  await assertNothing('gone-dev');
  const task = await guest.create(valuesOf('gone-dev'));
  assert.equal(task.error, undefined);
  await assertOnce('gone-dev');
});

test('401: a token that has expired, on the page and in the list', async () => {
  await organisation.fail({
    kind: 401,
    path: '/_apis/git/repositories/environments/',
  });
  const taskId = await createInVain(
    valuesOf('expired-dev'),
    /did not accept the token \(401\)/,
  );
  await alert().getByText('"Commit the folder" failed').waitFor();
  await alert()
    .getByText(/set it as moorline.azureDevOps.token/)
    .waitFor();
  await alert()
    .getByText(/kept and safe/)
    .waitFor();
  assert.equal((await guest.outcome(taskId)).step, 'commit');

  // Whoever only looks at the list sees it too, and finds the way on behind the row.
  await open('/environments');
  await row('expired-dev').getByText('Failed before its first run').waitFor();
  await row('expired-dev')
    .getByText(/"Commit the folder" failed/)
    .waitFor();
  await organisation.heal();
  assert.equal((await organisation.count('expired-dev')).commits, 0);
  await row('expired-dev').getByRole('link').first().click();
  await button('Try again').click();
  await page.waitForURL('**/catalog/default/resource/expired-dev**');
  await assertOnce('expired-dev');
});

test('403: a token that may not do this', async () => {
  await organisation.fail({
    kind: 403,
    method: 'POST',
    path: '/_apis/pipelines?',
  });
  const task = await guest.create(valuesOf('meek-dev'));
  assert.equal(task.step, 'pipeline');
  assert.match(
    task.error,
    /The token may not create the pipeline environment-meek-dev \(403\)\. Give it the scope Build/,
  );
  assert.match(
    (await guest.environment('meek-dev')).stateReason,
    /^"Find or create the pipeline" failed: The token may not/,
  );
  await organisation.heal();
  assert.equal((await guest.retry(task)).error, undefined);
  await assertOnce('meek-dev');
  assert.equal((await guest.environment('meek-dev')).stateReason, undefined);
});

test('429: waits as Retry-After says, tells so, and goes on by itself', async () => {
  await organisation.fail({
    kind: 429,
    method: 'POST',
    path: '/runs',
    retryAfter: 2,
    times: 1,
  });
  const since = Date.now();
  const task = await guest.create(valuesOf('slow-dev'));
  assert.equal(task.error, undefined);
  assert.ok(Date.now() - since >= 2_000);
  assert.match(
    task.log,
    /limits the rate of requests \(429\).*Trying again in 2\.0 s/,
  );
  await assertOnce('slow-dev');
});

test('500: tries again, then says so, and a retry goes on', async () => {
  await organisation.fail({ kind: 500, method: 'POST', path: '/runs' });
  const taskId = await createInVain(
    valuesOf('broken-dev'),
    /Azure DevOps failed \(500\) to run the pipeline/,
  );
  await alert().getByText('"Queue the run" failed').waitFor();
  const task = await guest.outcome(taskId);
  assert.equal(task.step, 'run');
  assert.match(task.log, /Azure DevOps failed \(500\).* Trying again in/);
  await organisation.heal();
  await button('Try again').click();
  await page.waitForURL('**/catalog/default/resource/broken-dev**');
  await assertOnce('broken-dev');
});

test('a cut connection: what was done is found, what was not is done', async () => {
  // Each write is carried out and its answer is lost.
  for (const path of ['/pushes', '/_apis/pipelines?', '/runs']) {
    await organisation.fail({
      kind: 'cut',
      method: 'POST',
      path,
      afterwards: true,
      times: 1,
    });
  }
  const lucky = await guest.create(valuesOf('lucky-dev'));
  assert.equal(lucky.error, undefined);
  assert.match(lucky.log, /The connection to .* broke .* Trying again in/);
  assert.deepEqual(await organisation.faults(), []);
  await assertOnce('lucky-dev');

  // Nothing gets through for long.
  await organisation.fail({ kind: 'cut', method: 'POST', path: '/pushes' });
  const task = await guest.create(valuesOf('cut-dev'));
  assert.equal(task.step, 'commit');
  assert.match(task.error, /Check the network and .* then try again/);
  await organisation.heal();
  assert.equal((await guest.retry(task)).error, undefined);
  await assertOnce('cut-dev');
});

test('while a run is followed: the page says that it may be old, and catches up', async () => {
  const { state } = await endOfRun(1);
  assert.equal(state, 'succeeded');
  await organisation.fail({ kind: 401, path: '/_apis/build/builds/\\d+' });
  await open(homePage('/run'));
  await button('Run again').click();
  await page.getByText('What is shown may be old').waitFor();
  await page
    .getByText(/did not accept the token \(401\)/)
    .first()
    .waitFor();
  await organisation.heal();
  await page
    .getByText('What is shown may be old')
    .waitFor({ state: 'detached' });
  assert.equal((await endOfRun(2)).state, 'succeeded');
});

test('a broken pipeline: nothing is queued, the line is named, and Resume goes on', async () => {
  // The platform's own template is broken when an environment is created.
  const template = 'infra/pipelines/environment.yml';
  await organisation.commit(
    'platform',
    'Rename a stage by half',
    { [template]: text => text.replace('[plan, apply]', '[plann, apply]') },
    'v0.1.0',
  );
  const task = await guest.create(valuesOf('yaml-dev'));
  assert.equal(task.step, 'run');
  assert.match(task.error, /refused to run the pipeline .*plann/s);
  assert.deepEqual(await organisation.count('yaml-dev'), {
    ...ONE_OF_EACH,
    runs: 0,
  });
  await organisation.commit(
    'platform',
    'Rename it back',
    { [template]: text => text.replace('[plann, apply]', '[plan, apply]') },
    'v0.1.0',
  );
  assert.equal((await guest.retry(task)).error, undefined);
  await assertOnce('yaml-dev');

  // A person's own change to the folder.
  await organisation.commit('environments', 'Run it another way', {
    [folder('azure-pipelines.yml')]: text =>
      text.replace('extends:', 'extend:'),
  });
  await open(homePage('/run'));
  await button('Run again').click();
  await alert().getByText(`Could not run the pipeline of ${HOME}`).waitFor();
  await alert()
    .getByText(
      /azure-pipelines\.yml \(Line: \d+, Col: 1\): Unexpected value 'extend'/,
    )
    .waitFor();
  assert.equal((await guest.environment(HOME)).state, 'ready');
  assert.equal((await organisation.count(HOME)).runs, 2);
});

test('a Terraform error: the page says what, where and why, and Resume goes on', async () => {
  await organisation.commit('environments', 'Make it huge', {
    [folder('azure-pipelines.yml')]: text =>
      text.replace('extend:', 'extends:'),
    [folder('main.tf')]: text =>
      text.replace(/(size\s+=) "small"/, '$1 "huge"'),
  });
  await button('Run again').click();
  const run = await endOfRun(3);
  assert.match(
    run.failure.message,
    /^Error: Invalid value for variable \(on main\.tf line \d+.*\): size must be small, medium or large/,
  );
  await page
    .getByText(/Check format and configuration failed in Validate/)
    .waitFor();
  await page.getByText(/What was made before this step is kept/).waitFor();
  // The log is open at its first error.
  await page.locator('[data-marked]').first().waitFor();

  await open('/environments');
  await row(HOME).getByText('Failed in Validate').waitFor();
  await row(HOME)
    .getByText(/size must be small/)
    .waitFor();

  await organisation.commit('environments', 'Keep it small', {
    [folder('main.tf')]: text =>
      text.replace(/(size\s+=) "huge"/, '$1 "small"'),
  });
  await open(homePage());
  await page.getByText(/nothing else was touched/).waitFor();
  await button('Resume').click();
  await page.getByText('Run #4').first().waitFor();
  assert.equal((await endOfRun(4)).state, 'succeeded');
  await page.getByText('Ready', { exact: true }).first().waitFor();
});

test('a failing release: the reason is the image, on the run and on Workloads', async () => {
  await organisation.commit('environments', 'Release 9.9.9', {
    [folder('values/api.yaml')]: text => text.replaceAll('0.1.0', '9.9.9'),
    [folder('azure-pipelines.yml')]: text => text.replace('10m', '10s'),
  });
  await open(homePage('/run'));
  await button('Run again').click();
  const run = await endOfRun(5);
  assert.match(
    run.failure.message,
    /^api: ImagePullBackOff: .*trpc-api:9\.9\.9/,
  );
  await page.getByText(/Release api failed in Deploy/).waitFor();
  await page
    .getByText(/Was the image pushed, and is its name right\?/)
    .first()
    .waitFor();
  await open(homePage('/workloads'));
  await page
    .getByText(/Image not found: .*trpc-api:9\.9\.9/)
    .first()
    .waitFor();

  await organisation.commit('environments', 'Release 0.2.0', {
    [folder('values/api.yaml')]: text => text.replaceAll('9.9.9', '0.2.0'),
    [folder('azure-pipelines.yml')]: text => text.replace('10s', '10m'),
  });
  await open(homePage('/run'));
  // A double click is one run.
  await button('Resume').dblclick();
  assert.equal((await endOfRun(6)).state, 'succeeded');
  assert.equal((await guest.runs(HOME)).length, 6);
  assert.equal((await organisation.count(HOME)).runs, 6);
  assert.equal((await organisation.count(HOME)).pipelines, 1);
  await page.getByText('Ready', { exact: true }).first().waitFor();
});
