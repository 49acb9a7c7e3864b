import { copyFileSync } from 'fs';
import path from 'path';
import { ResourceStore } from '../resources';
import { actionsOf, TerraformRoot } from './__testUtils__/terraform';
import { loadCatalogue } from './schema/catalogue';
import { startProvider } from './start-provider';

describe('every type that the sandbox serves', () => {
  it('is created with nothing unknown, stays as it is, and goes', async () => {
    const resources = new ResourceStore();
    const provider = await startProvider({
      resources,
      subscriptionId: '00000000-0000-4000-8000-000000000001',
      tenantId: '00000000-0000-4000-8000-0000000000aa',
    });
    const root = new TerraformRoot(provider.reattach);
    try {
      copyFileSync(
        path.join(__dirname, '__fixtures__', 'every-type', 'main.tf'),
        path.join(root.folder, 'main.tf'),
      );
      await root.succeed('init');
      const plan = await root.plan();
      const planned = Object.keys(actionsOf(plan)).map(
        address => address.split('.')[0],
      );
      expect([...new Set(planned)].sort()).toEqual(
        Object.keys(loadCatalogue().resources).sort(),
      );

      await root.applyPlan();
      expect(resources.list()).toHaveLength(planned.length);
      expect(actionsOf(await root.plan())).toEqual({});
      expect(
        JSON.parse(await root.succeed('output', '-json', 'read')),
      ).toMatchObject({
        cluster: expect.stringMatching(/\.hcp\.westeurope\.azmk8s\.io$/),
        pools: 2,
        registry: 'acrevery.azurecr.io',
        group: 'group:default/every',
        network: ['10.1.0.0/20'],
        subnet: ['10.1.0.0/22'],
        zones: ['1', '2', '3'],
        vault: 'https://kv-every.vault.azure.net/',
        zone: expect.stringContaining('/privateDnsZones/privatelink.'),
      });

      // Every resource can be found again by its id.
      for (const { type, id } of resources.list()) {
        expect(id).toMatch(/^(\/subscriptions\/|https:\/\/)/);
        expect(id).not.toMatch(/undefined|\/\/(?!kv)|\/$/);
        expect(resources.get(id, type)).toBeDefined();
      }

      await root.succeed('destroy', '-auto-approve');
      expect(resources.list()).toEqual([]);
    } finally {
      root.remove();
      await provider.stop();
    }
  }, 120_000);
});
