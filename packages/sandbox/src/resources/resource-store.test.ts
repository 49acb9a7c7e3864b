import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { ResourceChange } from './resource';
import { ResourceStore } from './resource-store';

const SUBNET =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/aks';

describe('ResourceStore', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'moorline-resources-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells of each change once, after it is kept', () => {
    const store = new ResourceStore({ folder });
    const changes: ResourceChange[] = [];
    store.on('change', change => {
      changes.push(change);
    });

    const values = { name: 'aks', zones: ['1'] };
    store.put({ type: 'azurerm_subnet', id: SUBNET, values });
    store.put({ type: 'azurerm_subnet', id: SUBNET, values });
    values.zones.push('2');
    expect(store.get(SUBNET)?.values.zones).toEqual(['1']);
    store.put({ type: 'azurerm_subnet', id: SUBNET, values });
    const first = store.get(SUBNET)?.uid;
    expect(store.delete(SUBNET)?.values.zones).toEqual(['1', '2']);
    expect(store.delete(SUBNET)).toBeUndefined();

    expect(changes.map(change => change.kind)).toEqual([
      'created',
      'updated',
      'deleted',
    ]);
    expect(changes.map(change => change.resource.uid)).toEqual([
      first,
      first,
      first,
    ]);
    expect(store.list()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    const again = store.put({ type: 'azurerm_subnet', id: SUBNET, values });
    expect(again.uid).not.toBe(first);
  });

  it('finds by id in any case, and a subnet before its association', () => {
    const store = new ResourceStore();
    const association = 'azurerm_subnet_network_security_group_association';
    store.put({ type: association, id: SUBNET, values: {} });
    store.put({ type: 'azurerm_subnet', id: SUBNET, values: {} });

    expect(store.get(SUBNET.toUpperCase())?.type).toBe('azurerm_subnet');
    expect(store.get(SUBNET, association)?.type).toBe(association);
    expect(store.list(association)).toHaveLength(1);
    expect(store.list()).toHaveLength(2);
  });

  it('survives a restart and a half-written file, readable by its owner alone', () => {
    new ResourceStore({ folder }).put({
      type: 'azurerm_subnet',
      id: SUBNET,
      values: { name: 'aks' },
    });
    const [file] = readdirSync(folder);
    // eslint-disable-next-line no-bitwise
    expect(statSync(path.join(folder, file)).mode & 0o077).toBe(0);
    writeFileSync(path.join(folder, `${file}.1.draft`), '{"type":');

    const reopened = new ResourceStore({ folder });
    expect(reopened.get(SUBNET)?.values).toEqual({ name: 'aks' });
    expect(readdirSync(folder)).toEqual([file]);
  });

  it('names the file that it cannot read', () => {
    writeFileSync(path.join(folder, 'broken.json'), '{');
    expect(() => new ResourceStore({ folder })).toThrow(/broken\.json/);
  });
});
