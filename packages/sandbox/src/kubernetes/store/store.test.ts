import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { KubeObject } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { deleteObject } from './deletion';
import { fieldMatcher, labelMatcher, selects, selectorText } from './selectors';
import { Change, Store } from './store';

const map = (name: string, more: object = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'n', ...more },
  } as KubeObject);

describe('Store', () => {
  const { configMaps, deployments, pods } = TYPES;

  it('counts revisions and generations, and tells of each change', () => {
    const store = new Store();
    const changes: Change[] = [];
    store.subscribe(change => changes.push(change));
    const made = store.create(deployments, {
      ...map('d'),
      kind: 'Deployment',
      spec: { replicas: 1 },
    } as KubeObject);
    const touch = (change: (draft: any) => void) =>
      store.update(deployments, 'n', 'd', change);
    touch(draft => {
      draft.status = { replicas: 1 };
    });
    touch(draft => {
      draft.spec.replicas = 2;
    });
    touch(() => {});
    store.remove(deployments, 'n', 'd');
    expect(
      changes.map(({ type, object }) => [type, object.metadata.generation]),
    ).toEqual([
      ['ADDED', 1],
      ['MODIFIED', 1],
      ['MODIFIED', 2],
      ['DELETED', 2],
    ]);
    expect(made.metadata.generation).toBe(1);
    expect(store.revision).toBe(Number(made.metadata.resourceVersion) + 3);
  });

  it('holds what has finalizers or grace until they are gone', () => {
    const store = new Store();
    store.create(configMaps, map('held', { finalizers: ['x'] }));
    expect(deleteObject(store, configMaps, 'n', 'held').gone).toBe(false);
    store.update(configMaps, 'n', 'held', draft => {
      draft.metadata.finalizers = [];
    });
    expect(store.get(configMaps, 'n', 'held')).toBeUndefined();

    const pod = { ...map('p'), kind: 'Pod', spec: { nodeName: 'node' } };
    store.create(pods, pod as KubeObject);
    const { object, gone } = deleteObject(store, pods, 'n', 'p');
    expect([gone, object.metadata.deletionGracePeriodSeconds]).toEqual([
      false,
      30,
    ]);
    expect(
      deleteObject(store, pods, 'n', 'p', { gracePeriodSeconds: 0 }).gone,
    ).toBe(true);
    expect(() => deleteObject(store, configMaps, 'n', 'none')).toThrow(
      'configmaps "none" not found',
    );
  });

  it('is as it was after a restart, whatever a crash cut off', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'moorline-store-'));
    const file = join(folder, 'objects.jsonl');
    const first = new Store(file);
    first.create(configMaps, map('a'));
    first.create(configMaps, map('b'));
    first.remove(configMaps, 'n', 'a');
    const { revision } = first;
    first.close();
    appendFileSync(file, '{"revision":99,"table":"/config');
    const second = new Store(file);
    expect(second.list(configMaps).map(o => o.metadata.name)).toEqual(['b']);
    expect(second.revision).toBeGreaterThan(revision);
    expect(second.compacted).toBe(second.revision);
    second.close();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });
});

describe('selectors', () => {
  const of = (labels: Record<string, string>) => map('x', { labels });

  it.each([
    ['a=1', { a: '1' }, true],
    ['a==1,b!=2', { a: '1', b: '2' }, false],
    ['a in (1, 2),b', { a: '2', b: '' }, true],
    ['a notin (1)', {}, true],
    ['!a', { a: '1' }, false],
    ['x.dev/a-b=c.d', { 'x.dev/a-b': 'c.d' }, true],
  ])('%s', (selector, labels, expected) => {
    expect(labelMatcher(selector)?.(of(labels))).toBe(expected);
  });

  it('reads fields, refuses nonsense, and writes selectors back', () => {
    expect(
      fieldMatcher('metadata.name=x,metadata.namespace!=m')?.(of({})),
    ).toBe(true);
    expect(() => labelMatcher('a b c')).toThrow('unable to parse requirement');
    expect(() => fieldMatcher('a')).toThrow("invalid selector: 'a'");
    const selector = {
      matchLabels: { b: '1' },
      matchExpressions: [
        { key: 'a', operator: 'In' as const, values: ['x', 'y'] },
      ],
    };
    expect(selectorText(selector)).toBe('b=1,a in (x,y)');
    expect(selects(selector)({ a: 'y', b: '1' })).toBe(true);
    expect(selects(selector)({ b: '1' })).toBe(false);
    expect(selects(undefined)({})).toBe(false);
  });
});
