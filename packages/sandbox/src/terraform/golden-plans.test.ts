import { copyFileSync, readFileSync } from 'fs';
import path from 'path';
import { ResourceStore } from '../resources';
import { changeOf, TerraformRoot } from './__testUtils__/terraform';
import { RunningProvider, startProvider } from './start-provider';

const FIXTURES = path.join(__dirname, '__fixtures__', 'network-aks');

/** What was changed in main.tf, before each plan was made with the real azurerm. */
const CHANGES: Record<string, (root: string) => string> = {
  create: root => root,
  'change-max-nodes': root =>
    root.replace(/max_count( +)= 3/, 'max_count$1= 6'),
  'change-location': root =>
    root.replace('location = "westeurope"', 'location = "northeurope"'),
  'change-subnet-prefix': root => root.replace('10.20.0.0/20', '10.20.16.0/20'),
  'change-node-size': root =>
    root.replace('Standard_D4ds_v5', 'Standard_D8ds_v5'),
  'change-service-cidr': root =>
    root.replace(
      /(network_policy +)= "cilium"/,
      '$1= "cilium"\n    service_cidr   = "10.99.0.0/16"\n    dns_service_ip = "10.99.0.10"',
    ),
};

interface Expected {
  address: string;
  actions: string[];
  replace_paths?: (string | number)[][];
  after?: Record<string, unknown>;
  after_unknown?: Record<string, unknown>;
}

const expectedPlan = (name: string): Expected[] =>
  readFileSync(path.join(FIXTURES, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Expected);

// Paths are a set: their order says nothing.
const asSet = (paths: (string | number)[][] = []) =>
  paths.map(steps => steps.join('.')).sort();

describe('the plan of a root is what the real azurerm plans', () => {
  let provider: RunningProvider;
  let root: TerraformRoot;

  beforeEach(async () => {
    provider = await startProvider({
      resources: new ResourceStore(),
      subscriptionId: '44444444-0000-0000-0000-000000000004',
      tenantId: '22222222-0000-0000-0000-000000000002',
    });
    root = new TerraformRoot(provider.reattach);
  });

  afterEach(async () => {
    root.remove();
    await provider.stop();
  });

  it.each(Object.keys(CHANGES))(
    '%s',
    async name => {
      const main = readFileSync(path.join(FIXTURES, 'main.tf'), 'utf8');
      const changed = CHANGES[name](main);
      expect(changed === main).toBe(name === 'create');
      root.write('main.tf', changed);
      if (name !== 'create') {
        copyFileSync(
          path.join(FIXTURES, 'state-before.tfstate'),
          path.join(root.folder, 'terraform.tfstate'),
        );
      }
      await root.succeed('init');
      const plan = await root.plan('-refresh=false');

      const expected = expectedPlan(name);
      const managed = plan.resource_changes?.filter(
        ({ mode }) => mode === 'managed',
      );
      expect(managed?.map(({ address }) => address).sort()).toEqual(
        expected.map(({ address }) => address).sort(),
      );
      for (const change of expected) {
        const ours = changeOf(plan, change.address);
        // Of what does not change, the fixtures only say so.
        const { after, after_unknown } = change.after ? ours : change;
        expect({
          address: change.address,
          actions: ours.actions,
          replace_paths: asSet(ours.replace_paths),
          after,
          after_unknown,
        }).toEqual({ ...change, replace_paths: asSet(change.replace_paths) });
      }
    },
    60_000,
  );
});
