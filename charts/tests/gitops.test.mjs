// Delivery by Argo CD: an Application for every values file of the environments repository.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { succeed } from '../../infra/tests/lib/tools.mjs';
import { find, helms, lint, objects, template, yaml } from './lib/charts.mjs';
import { refusals } from './lib/strict.mjs';

const values = {
  environments: {
    repository: 'https://dev.azure.com/moorline/p/_git/environments',
  },
  platform: { repository: 'https://dev.azure.com/moorline/p/_git/platform' },
};

/** What Argo CD makes of a template for one file: it fills in with Go's templates and Sprig, as Helm does. */
async function filledIn(application, folder, filename) {
  const chart = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-argo-'));
  const write = (file, text) => fs.writeFileSync(path.join(chart, file), text);
  try {
    fs.mkdirSync(path.join(chart, 'templates'));
    write('Chart.yaml', 'apiVersion: v2\nname: argo\nversion: 0.1.0\n');
    write(
      'values.yaml',
      yaml.stringify({
        text: yaml.stringify(application),
        path: { path: folder, filename, segments: folder.split('/') },
      }),
    );
    write('templates/all.yaml', '{{ tpl .Values.text .Values }}');
    const text = await succeed(helms[0].file, ['template', chart]);
    return yaml.parse(text);
  } finally {
    fs.rmSync(chart, { recursive: true });
  }
}

describe('gitops', () => {
  test('lints, and is what a strict cluster lets in', async () => {
    for (const helm of helms) await lint('gitops', values, helm);
    const all = await objects('gitops', values);
    for (const object of all) assert.deepEqual(refusals(object), []);
  });

  test('takes charts and values from two repositories, and no others', async () => {
    const all = await objects('gitops', values);
    const repositories = [
      values.environments.repository,
      values.platform.repository,
    ];
    const project = find(all, 'AppProject').spec;
    assert.deepEqual(project.sourceRepos, repositories);
    const { generators, template: application } = find(
      all,
      'ApplicationSet',
    ).spec;
    assert.equal(generators[0].git.repoURL, repositories[0]);
    const { project: named, sources } = application.spec;
    assert.equal(named, find(all, 'AppProject').metadata.name);
    assert.deepEqual(
      sources.map(({ repoURL }) => repoURL),
      repositories.toReversed(),
    );
  });

  test('makes of each values file an Application', async () => {
    const all = await objects('gitops', {
      ...values,
      charts: { postgres: 'postgres', jobs: 'worker' },
    });
    const { metadata, spec } = find(all, 'ApplicationSet').spec.template;
    const applicationOf = async filename =>
      filledIn({ metadata, spec }, 'environments/orders-dev/values', filename);
    const api = await applicationOf('api.yaml');
    assert.equal(api.metadata.name, 'orders-dev-api');
    assert.deepEqual(api.spec.destination, {
      name: 'aks-orders-dev',
      namespace: 'orders-dev',
    });
    const [source] = api.spec.sources;
    assert.equal(source.path, 'charts/trpc-api');
    assert.deepEqual(source.helm, {
      releaseName: 'api',
      valueFiles: ['$values/environments/orders-dev/values/api.yaml'],
    });
    const pathOf = async filename =>
      (await applicationOf(filename)).spec.sources[0].path;
    assert.equal(await pathOf('postgres.yaml'), 'charts/postgres');
    assert.equal(await pathOf('jobs.yaml'), 'charts/worker');
  });

  test('refuses to be without its repositories', async () => {
    for (const name of ['environments', 'platform']) {
      const { code, stderr } = await template('gitops', {
        ...values,
        [name]: {},
      });
      assert.notEqual(code, 0);
      assert.match(stderr, new RegExp(`${name}\\.repository is empty: set it`));
    }
  });
});
