import { readFileSync } from 'fs';
import { resolve } from 'path';
import {
  ENVIRONMENT_STATES,
  EnvironmentSpec,
  InvalidEnvironmentError,
  RUN_STATES,
  SIZES,
  TIERS,
  canRunTransition,
  canTransition,
  clusterName,
  defaultHost,
  environmentFolder,
  isFinished,
  nodeRange,
  parseEnvironmentSpec,
  pipelineName,
  registryName,
  resourceGroupName,
} from './index';

const valid: EnvironmentSpec = {
  name: 'orders-dev',
  tier: 'dev',
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size: 'small',
  addressRange: '10.1.16.0/20',
  database: 'statefulset',
  services: [
    {
      name: 'api',
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 2,
      host: 'api.orders-dev.moorline.localhost',
    },
  ],
};
const [service] = valid.services;

function issuesOf(input: unknown) {
  try {
    parseEnvironmentSpec(input);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidEnvironmentError);
    return (error as InvalidEnvironmentError).issues;
  }
  return [];
}

describe('parseEnvironmentSpec', () => {
  it('accepts a valid description, with and without an address range', () => {
    expect(parseEnvironmentSpec(valid)).toEqual(valid);
    const { addressRange: _, ...rest } = valid;
    expect(parseEnvironmentSpec(rest)).toEqual(rest);
  });

  it.each([
    'docker.io/library/postgres:18.4',
    'localhost:5000/api:1',
    'registry:5000/team/api:v1.2.3',
    'acrordersdev.azurecr.io/team/orders_api-v2:v1',
    `ghcr.io/moorline/trpc-api@sha256:${'a'.repeat(64)}`,
    `ghcr.io/moorline/trpc-api:0.1.0@sha256:${'0'.repeat(64)}`,
  ])('accepts the image %s', image => {
    expect(issuesOf({ ...valid, services: [{ ...service, image }] })).toEqual(
      [],
    );
  });

  it('compares owners as the catalog does', () => {
    const owner = 'Group:default/Team-Orders';
    expect(parseEnvironmentSpec({ ...valid, owner }).owner).toBe(
      'group:default/team-orders',
    );
  });

  it('refuses as services what the chart postgres refuses as databases', () => {
    const schema = JSON.parse(
      readFileSync(
        resolve(__dirname, '../../../charts/postgres/values.schema.json'),
        'utf8',
      ),
    );
    for (const name of schema.properties.databases.items.not.enum) {
      expect(issuesOf({ ...valid, services: [{ ...service, name }] })).toEqual([
        expect.objectContaining({ path: 'services.0.name' }),
      ]);
    }
  });

  it('wants names that Azure takes where services sign in by identity', () => {
    const services = [{ ...service, name: 'ab' }];
    expect(issuesOf({ ...valid, services })).toEqual([]);
    expect(
      issuesOf({ ...valid, services, database: 'flexibleServer' }),
    ).toEqual([
      {
        path: 'services.0.name',
        message: expect.stringMatching(/use at least 3 characters, as Azure/),
      },
    ]);
  });

  // Each row: what is changed, the path that is named, and words of the message: the field first, then the fix.
  it.each<[Record<string, unknown>, string, RegExp]>([
    [{ name: undefined }, 'name', /^name: give the environment a name/],
    [{ name: 'ab' }, 'name', /^name: too short; use 3 to 20/],
    [{ name: 'a'.repeat(21) }, 'name', /^name: too long; use 3 to 20/],
    [{ name: 'Orders' }, 'name', /^name: use lower-case letters/],
    [{ name: '1orders' }, 'name', /begin with a letter/],
    [{ name: 'orders-' }, 'name', /end with a letter or digit/],
    [{ name: 'orders\n' }, 'name', /^name: use lower-case/],
    [{ name: 'kube-system' }, 'name', /^name: Kubernetes keeps/],
    [{ tier: 'test' }, 'tier', /^tier: "test" is not known; choose one of dev/],
    [{ owner: 'team-orders' }, 'owner', /^owner: give the full reference/],
    [{ owner: 'component:default/x' }, 'owner', /group or user/],
    [{ region: 'mars' }, 'region', /^region: "mars" is not known.*westeurope/],
    [{ region: 'toString' }, 'region', /^region: "toString" is not known/],
    [{ size: undefined }, 'size', /^size: choose one of small, medium, large/],
    [{ addressRange: '10.1.0.0' }, 'addressRange', /not an IPv4 range/],
    [{ addressRange: '10.1.1.0/20' }, 'addressRange', /its own boundary/],
    [{ addressRange: '10.1.0.0/16' }, 'addressRange', /exactly a \/20/],
    [{ addressRange: '192.168.0.0/20' }, 'addressRange', /outside 10.0.0.0/],
    [{ addressRange: '10.0.16.0/20' }, 'addressRange', /clusters' services/],
    [{ addressRange: '10.244.0.0/20' }, 'addressRange', /clusters' pods/],
    [{ addressRange: 7 }, 'addressRange', /^addressRange: must be text/],
    [{ database: 'oracle' }, 'database', /^database: "oracle" is not known/],
    [{ services: undefined }, 'services', /^services: give a list/],
    [{ services: [] }, 'services', /^services: add at least one/],
    [
      {
        services: Array.from({ length: 6 }, (_, i) => ({
          ...service,
          name: `a${i}`,
          host: `a${i}.example.org`,
        })),
      },
      'services',
      /^services: at most 5/,
    ],
    [{ zone: 'x', naem: 'y' }, '', /^zone, naem: not a field/],
    [{ options: 7 }, 'options', /^options: give an object with zones/],
    [{ options: { egde: true } }, 'options', /^options: egde: not an option/],
    [{ options: { edge: 'yes' } }, 'options.edge', /edge: give true or false/],
    [{ options: { monthlyBudget: 0 } }, 'options.monthlyBudget', /more than 0/],
    [{ options: { zones: '1' } }, 'options.zones', /give a list such as/],
    [{ options: { zones: ['4'] } }, 'options.zones.0', /choose of "1"/],
    [{ options: { zones: ['1', '1'] } }, 'options.zones', /each zone once/],
    [
      { options: { webSourceRanges: ['203.0.113.7/24'] } },
      'options.webSourceRanges.0',
      /give IPv4 ranges/,
    ],
    [
      { tier: 'prod', options: { zones: ['1'] } },
      'options.zones',
      /too few for prod.*tier staging/,
    ],
    [
      { tier: 'staging', options: { freeSubscription: true } },
      'options.freeSubscription',
      /choose tier dev, or leave it out/,
    ],
  ])('refuses %j', (change, path, message) => {
    expect(issuesOf({ ...valid, ...change })).toEqual([
      { path, message: expect.stringMatching(message) },
    ]);
  });

  it.each<[Record<string, unknown>, string, RegExp]>([
    [{ name: 'API' }, 'name', /^services.0.name: use lower-case/],
    [{ name: 'postgres' }, 'name', /database release/],
    [{ image: 'api' }, 'image', /^services.0.image: give registry, repository/],
    [{ image: 'ghcr.io/moorline/api' }, 'image', /tag or digest/],
    [{ image: 'ghcr.io/x:1;rm -rf' }, 'image', /tag or digest/],
    [{ replicas: 0 }, 'replicas', /^services.0.replicas: use at least 1/],
    [{ replicas: 1.5 }, 'replicas', /whole number/],
    [{ replicas: '2' }, 'replicas', /whole number/],
    [{ replicas: 21 }, 'replicas', /at most 20/],
    [{ host: 'localhost' }, 'host', /^services.0.host: give a full host name/],
    [{ host: 'a_b.example.org' }, 'host', /full host name/],
    [{ access: 'all' }, 'access', /^services.0.access: give a list/],
    [
      { name: 'ab', access: ['secrets'] },
      'access',
      /^services.0.access: Azure wants.*longer name/,
    ],
  ])('refuses the service %j', (change, field, message) => {
    const input = { ...valid, services: [{ ...service, ...change }] };
    expect(issuesOf(input)).toEqual([
      {
        path: `services.0.${field}`,
        message: expect.stringMatching(message),
      },
    ]);
  });

  it('names a service field that does not exist and one that is missing', () => {
    const input = { ...valid, services: [{ ...service, port: 80 }, 'api'] };
    expect(issuesOf(input).map(issue => issue.message)).toEqual([
      expect.stringMatching(/^services.0: port is not a field of a service/),
      expect.stringMatching(/^services.1: give a service as an object/),
    ]);
  });

  it('wants names and hosts to differ between services', () => {
    const other = { ...service, name: 'web' };
    expect(issuesOf({ ...valid, services: [service, other] })).toEqual([
      {
        path: 'services.1.host',
        message: expect.stringContaining('already used by service 1'),
      },
    ]);
    expect(
      issuesOf({
        ...valid,
        services: [service, { ...service, host: 'b.example.org' }],
      }),
    ).toEqual([
      {
        path: 'services.1.name',
        message: expect.stringContaining('its own name'),
      },
    ]);
  });

  it('reports every wrong field at once and survives any input', () => {
    expect(
      issuesOf({ ...valid, name: 'X', region: 'mars' }).map(({ path }) => path),
    ).toEqual(['name', 'region']);
    for (const input of [undefined, null, 7, 'x', [], {}]) {
      expect(issuesOf(input).length).toBeGreaterThan(0);
    }
    expect(issuesOf(undefined)[0].message).toMatch(/as an object with name/);
  });
});

describe('names', () => {
  it('follow from the environment', () => {
    expect(resourceGroupName('orders-dev')).toBe('rg-orders-dev');
    expect(clusterName('orders-dev')).toBe('aks-orders-dev');
    expect(registryName('a-b-dev')).toBe('acrabdev');
    expect(environmentFolder('orders-dev')).toBe('environments/orders-dev');
    expect(pipelineName('orders-dev')).toBe('environment-orders-dev');
    expect(defaultHost('api', 'orders-dev')).toBe(
      'api.orders-dev.moorline.localhost',
    );
  });
});

describe('nodeRange', () => {
  it('never has fewer nodes than the tier demands, nor a maximum below them', () => {
    expect(nodeRange({ tier: 'dev', size: 'small' })).toEqual({
      min: 1,
      max: 3,
    });
    expect(nodeRange({ tier: 'prod', size: 'small' }).min).toBe(3);
    for (const tier of TIERS) {
      for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
        const { min, max } = nodeRange({ tier, size });
        expect(min).toBeLessThanOrEqual(max);
      }
    }
  });
});

describe('states', () => {
  it('lets an environment move only along the table', () => {
    expect(canTransition('requested', 'provisioning')).toBe(true);
    expect(canTransition('failed', 'provisioning')).toBe(true);
    expect(canTransition('requested', 'ready')).toBe(false);
    expect(canTransition('ready', 'failed')).toBe(false);
    expect(canTransition('ready', 'retired')).toBe(false);
    expect(canTransition('retiring', 'provisioning')).toBe(false);
    for (const state of ENVIRONMENT_STATES) {
      expect(canTransition(state, state)).toBe(true);
    }
  });

  it('knows when a run is over, and lets nothing follow', () => {
    expect(RUN_STATES.filter(isFinished)).toEqual([
      'succeeded',
      'failed',
      'canceled',
    ]);
    expect(canRunTransition('succeeded', 'running')).toBe(false);
    expect(canRunTransition('queued', 'succeeded')).toBe(true);
  });
});
