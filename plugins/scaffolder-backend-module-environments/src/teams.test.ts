import { mockCredentials } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { catalogTeams } from './teams';

const ID = '00000000-0000-4000-8000-000000000020';
const configured = {
  groupObjectId: '00000000-0000-4000-8000-000000000010',
  groupName: 'Platform',
  email: 'platform@example.com',
};

const group = (annotation?: string, profile?: object): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: {
    name: 'team-orders',
    annotations: annotation
      ? { 'graph.microsoft.com/group-id': annotation }
      : {},
  },
  spec: { type: 'team', children: [], ...(profile && { profile }) } as any,
});

const teamOf = (entity: Entity | undefined, team?: object) =>
  catalogTeams({
    catalog: { getEntityByRef: async () => entity },
    config: new ConfigReader(team ? { moorline: { azure: { team } } } : {}),
  })('group:default/team-orders', mockCredentials.user());

describe('catalogTeams', () => {
  it('takes the Entra group of the owner', async () => {
    const profile = { displayName: 'Orders', email: 'orders@example.com' };
    const team = {
      groupObjectId: ID,
      groupName: 'Orders',
      email: profile.email,
    };
    expect(await teamOf(group(ID, profile))).toEqual(team);
    expect(await teamOf(group(ID, profile), configured)).toEqual(team);
  });

  it('fills in from the configuration what the catalog does not know', async () => {
    expect(await teamOf(group(ID), configured)).toEqual({
      groupObjectId: ID,
      groupName: 'team-orders',
      email: 'platform@example.com',
    });
    expect(await teamOf(undefined, configured)).toEqual(configured);
    // A name without an id is no group of Entra.
    expect(
      await teamOf(group(undefined, { displayName: 'Orders' }), configured),
    ).toEqual(configured);
  });

  it.each<[Entity | undefined, object | undefined, RegExp]>([
    [undefined, undefined, /no Entra group.*annotate it.*moorline.azure.team/],
    [group(undefined, { email: 'a@b.c' }), undefined, /no Entra group/],
    [group('team-orders'), configured, /"team-orders" is not the id/],
    [group(ID), undefined, /no address.*spec.profile.email/],
    [group(ID, { email: 'orders' }), undefined, /no address/],
  ])('says what is missing: %#', async (entity, team, message) => {
    await expect(teamOf(entity, team)).rejects.toThrow(message);
  });
});
