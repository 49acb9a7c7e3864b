import { KubeObject } from '../objects/meta';
import { setDefaults } from '../defaults/defaults';
import { TYPES } from '../schema/builtin';
import { applyJsonPatch } from './jsonPatch';
import { trackUpdate } from './managedFields';
import { applyMergePatch } from './mergePatch';
import { applyServerSide } from './serverSideApply';
import { applyStrategicPatch } from './strategicPatch';

const DEPLOYMENT = 'apps.v1.Deployment';
const containers = (...list: object[]) => ({
  spec: { template: { spec: { containers: list } } },
});

describe('JSON patch', () => {
  it('adds, replaces, removes, moves, copies and tests', () => {
    const patched = applyJsonPatch({ a: [1, 2], b: { 'x/y': 1 } }, [
      { op: 'test', path: '/a/0', value: 1 },
      { op: 'add', path: '/a/-', value: 3 },
      { op: 'replace', path: '/b/x~1y', value: 2 },
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'remove', path: '/a/0' },
      { op: 'move', from: '/b', path: '/d' },
    ]);
    expect(patched).toEqual({ a: [2, 3], c: [1, 2, 3], d: { 'x/y': 2 } });
  });

  it.each([
    [{ op: 'remove', path: '/none' }, 'missing path'],
    [{ op: 'replace', path: '/a/b/c', value: 1 }, 'path not found'],
    [{ op: 'test', path: '/a', value: 2 }, 'test failed'],
    [{ op: 'grow', path: '/a' }, 'Unexpected kind'],
  ])('refuses %j', (operation, why) => {
    expect(() => applyJsonPatch({ a: 1 }, [operation])).toThrow(why);
  });
});

it('merges by RFC 7386', () => {
  const target = { a: { b: 1, c: 2 }, d: [1] };
  expect(applyMergePatch(target, { a: { b: null, e: 3 }, d: [2] })).toEqual({
    a: { c: 2, e: 3 },
    d: [2],
  });
});

describe('strategic merge patch', () => {
  const live = containers({ name: 'a', image: 'x' }, { name: 'b', image: 'y' });

  it('merges lists by key, deletes items, and keeps the order asked for', () => {
    const patch = {
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
            containers: [
              { name: 'c', image: 'z' },
              { name: 'a', image: 'x2' },
              { name: 'b', $patch: 'delete' },
            ],
          },
        },
      },
    };
    expect(applyStrategicPatch(live, patch, DEPLOYMENT)).toEqual(
      containers({ name: 'c', image: 'z' }, { name: 'a', image: 'x2' }),
    );
  });

  it('replaces, retains keys, and takes values from sets', () => {
    const patch = {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] },
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    };
    const target = {
      metadata: { finalizers: ['a', 'b'] },
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: {} } },
    };
    expect(applyStrategicPatch(target, patch, DEPLOYMENT)).toEqual({
      metadata: { finalizers: ['b'] },
      spec: { strategy: { type: 'Recreate' } },
    });
    const replaced = containers(
      { $patch: 'replace' },
      { name: 'n', image: 'i' },
    );
    expect(applyStrategicPatch(live, replaced, DEPLOYMENT)).toEqual(
      containers({ name: 'n', image: 'i' }),
    );
    expect(() =>
      applyStrategicPatch(live, containers({ image: 'i' }), DEPLOYMENT),
    ).toThrow('does not contain declared merge key: name');
  });
});

describe('server-side apply', () => {
  const apply = (
    live: KubeObject | undefined,
    fields: object,
    manager: string,
    force = false,
  ) =>
    applyServerSide(
      live,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd' },
        ...fields,
      } as KubeObject,
      {
        manager,
        force,
        groupVersion: 'apps/v1',
        schema: DEPLOYMENT,
        defaults: object => setDefaults(TYPES.deployments, object),
      },
    );
  const withEnv = (...env: object[]) =>
    containers({ name: 'a', image: 'x', env });
  const envOf = (object: KubeObject) =>
    (object as any).spec.template.spec.containers[0].env;

  it('shares keyed lists between managers and removes what one gives up', () => {
    const one = apply(undefined, withEnv({ name: 'A', value: '1' }), 'one');
    const two = apply(one, withEnv({ name: 'B', value: '2' }), 'two');
    expect(envOf(two)).toEqual([
      { name: 'B', value: '2' },
      { name: 'A', value: '1' },
    ]);
    const without = apply(two, withEnv(), 'one');
    expect(envOf(without)).toEqual([{ name: 'B', value: '2' }]);
    expect(without.metadata.managedFields?.map(m => m.manager)).toEqual([
      'one',
      'two',
    ]);
  });

  it('refuses to change what another manager set, unless forced', () => {
    const one = apply(undefined, { spec: { replicas: 1 } }, 'one');
    expect(() => apply(one, { spec: { replicas: 2 } }, 'two')).toThrow(
      'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
    );
    const forced = apply(one, { spec: { replicas: 2 } }, 'two', true);
    expect(forced).toMatchObject({ spec: { replicas: 2 } });
    expect(forced.metadata.managedFields?.map(m => m.manager)).toEqual(['two']);
    // The same value is shared and no conflict.
    expect(
      apply(one, { spec: { replicas: 1 } }, 'two').metadata.managedFields,
    ).toHaveLength(2);
  });

  it('sees no conflict in defaults, and keeps unchanged claims unchanged', () => {
    const live = apply(
      undefined,
      containers({ name: 'a', image: 'x:1' }),
      'one',
    );
    const bare = structuredClone(live);
    setDefaults(TYPES.deployments, live);
    trackUpdate(bare, live, {
      manager: 'defaults',
      groupVersion: 'apps/v1',
      schema: DEPLOYMENT,
    });
    const again = apply(live, containers({ name: 'a', image: 'x:1' }), 'one');
    expect(again).toEqual(live);
    const labels = { metadata: { name: 'd', labels: { a: 'b' } } };
    expect(apply(live, labels, 'two').metadata.labels).toEqual({ a: 'b' });
  });

  it('follows ordinary writes: the writer owns what it changed', () => {
    const old = apply(undefined, { spec: { replicas: 1 } }, 'one');
    const next = {
      ...structuredClone(old),
      spec: { replicas: 5 },
    } as KubeObject;
    trackUpdate(old, next, {
      manager: 'scaler',
      groupVersion: 'apps/v1',
      schema: DEPLOYMENT,
    });
    expect(next.metadata.managedFields).toEqual([
      expect.objectContaining({
        manager: 'scaler',
        operation: 'Update',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      }),
    ]);
    expect(() => apply(next, { spec: { replicas: 1 } }, 'one')).toThrow(
      'conflict with "scaler" using apps/v1: .spec.replicas',
    );
  });
});
