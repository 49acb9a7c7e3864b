// The chart postgres.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { find, objects, podsOf, template } from './lib/charts.mjs';

describe('postgres', () => {
  test('writes passwords into Secrets and nowhere else', async () => {
    const all = await objects('postgres', { databases: ['api', 'web'] });
    const secrets = all.filter(({ kind }) => kind === 'Secret');
    assert.deepEqual(
      secrets.map(({ metadata }) => metadata.name),
      ['postgres-superuser', 'postgres-api', 'postgres-web'],
    );
    const rest = JSON.stringify(all.filter(({ kind }) => kind !== 'Secret'));
    const passwords = secrets.map(({ metadata, data }) => {
      assert.equal(metadata.annotations['helm.sh/resource-policy'], 'keep');
      return Buffer.from(data.password, 'base64').toString();
    });
    assert.equal(new Set(passwords).size, 3);
    for (const password of passwords) {
      assert.match(password, /^[A-Za-z0-9]{40}$/);
      assert.ok(!rest.includes(password));
    }
  });

  test('takes Secrets that are there already', async () => {
    const all = await objects('postgres', {
      databases: ['api'],
      secrets: { create: false },
    });
    assert.ok(!all.some(({ kind }) => kind === 'Secret'));
    const pod = podsOf(all).find(({ kind }) => kind === 'StatefulSet');
    assert.equal(
      pod.spec.volumes.find(({ name }) => name === 'superuser').secret
        .secretName,
      'postgres-superuser',
    );
  });

  test('keeps the disk and writes to nothing but its volumes', async () => {
    const all = await objects('postgres', { persistence: { size: '20Gi' } });
    const { spec } = find(all, 'StatefulSet');
    assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    const [claim] = spec.volumeClaimTemplates;
    assert.equal(claim.spec.resources.requests.storage, '20Gi');
    // What the official image of PostgreSQL 18 mounts.
    const mounts = spec.template.spec.containers[0].volumeMounts;
    assert.equal(
      mounts.find(({ name }) => name === 'data').mountPath,
      '/var/lib/postgresql',
    );
  });

  test('passes settings to the server', async () => {
    const all = await objects('postgres', {
      settings: { max_connections: 200, log_connections: true },
    });
    const [{ spec }] = podsOf(all).filter(({ kind }) => kind === 'StatefulSet');
    assert.deepEqual(spec.containers[0].args, [
      'postgres',
      '-c',
      'log_connections=true',
      '-c',
      'max_connections=200',
    ]);
  });
});

describe('postgres refuses', () => {
  for (const [values, message] of [
    [{ password: 'secret' }, /password/],
    [{ databases: ['Orders'] }, /databases/],
    [{ databases: ['api', 'api'] }, /databases/],
    [{ databases: ['superuser'] }, /databases/],
    [{ persistence: { size: 8 } }, /persistence/],
    [{ settings: { 'bad name': 1 } }, /settings/],
    [{ environment: 'Orders' }, /environment/],
  ]) {
    test(JSON.stringify(values), async () => {
      const { code, stderr } = await template('postgres', values);
      assert.notEqual(code, 0, 'it was accepted');
      assert.match(stderr, message);
    });
  }
});
