import { readFileSync } from 'fs';
import path from 'path';
import {
  EnvironmentOptions,
  PlacedEnvironmentSpec,
  Team,
  parseEnvironmentSpec,
  terraformVariables,
} from './index';

const team: Team = {
  groupObjectId: '00000000-0000-4000-8000-000000000020',
  groupName: 'Orders',
  email: 'orders@example.com',
};
const service = {
  name: 'api',
  image: 'ghcr.io/moorline/trpc-api:0.1.0',
  replicas: 2,
  host: 'api.example.org',
};
const spec = parseEnvironmentSpec({
  name: 'orders-dev',
  tier: 'dev',
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size: 'small',
  addressRange: '10.1.32.0/20',
  database: 'statefulset',
  services: [service],
}) as PlacedEnvironmentSpec;
const options: Required<EnvironmentOptions> = {
  zones: ['1', '2'],
  managedDatabase: true,
  edge: true,
  apiManagement: true,
  monthlyBudget: 400,
  webSourceRanges: ['203.0.113.0/24'],
  deleteLock: true,
  freeSubscription: false,
};

describe('terraformVariables', () => {
  it('leaves to the tier what nobody chose', () => {
    expect(
      terraformVariables(spec, {
        team,
        takenAddressRanges: ['10.1.16.0/20', '10.1.0.0/20'],
      }),
    ).toEqual({
      name: 'orders-dev',
      tier: 'dev',
      owner: 'group:default/team-orders',
      location: 'westeurope',
      size: 'small',
      address_range: '10.1.32.0/20',
      taken_address_ranges: ['10.1.0.0/19'],
      team: {
        group_object_id: '00000000-0000-4000-8000-000000000020',
        group_name: 'Orders',
        email: 'orders@example.com',
      },
    });
  });

  it('gives identities to the services that have access to something', () => {
    const services = [
      service,
      { ...service, name: 'web', access: ['secrets' as const] },
      { ...service, name: 'jobs', access: ['results' as const] },
    ];
    const { workloads } = terraformVariables(
      { ...spec, services },
      { team, takenAddressRanges: [] },
    ) as { workloads?: unknown };
    expect(workloads).toEqual({
      web: { service_account: 'web', reads_secrets: true },
      jobs: { service_account: 'jobs', writes_results: true },
    });
  });

  it('gives the database an identity where it keeps backups in Azure, or is kept there', () => {
    const variables = (change: Partial<PlacedEnvironmentSpec>) =>
      terraformVariables(
        { ...spec, ...change },
        { team, takenAddressRanges: [] },
      );
    expect(variables({ tier: 'prod' })).toMatchObject({
      workloads: {
        postgres: { service_account: 'postgres', writes_backups: true },
      },
    });
    expect(variables({ database: 'flexibleServer' })).toMatchObject({
      managed_database_enabled: true,
      workloads: {
        api: { service_account: 'api' },
        postgres: { service_account: 'postgres', administers_database: true },
      },
    });
  });

  it('names variables that the stack has', () => {
    const stack = readFileSync(
      path.resolve(__dirname, '../../../infra/stacks/environment/variables.tf'),
      'utf8',
    );
    const declared = [
      ...stack.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm),
    ].map(([, name, body]) => ({
      name,
      required: !/^ {2}default /m.test(body),
    }));
    const services = [{ ...service, access: ['secrets' as const] }];
    const given = Object.keys(
      terraformVariables(
        { ...spec, services, options },
        { team, takenAddressRanges: [] },
      ),
    );
    expect(declared.map(({ name }) => name)).toEqual(
      expect.arrayContaining(given),
    );
    expect(given).toEqual(
      expect.arrayContaining(
        declared.filter(({ required }) => required).map(({ name }) => name),
      ),
    );
  });
});
