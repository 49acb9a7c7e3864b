import { Registry } from '../schema/registry';
import { ResourceType } from '../schema/resourceType';

/** The media type of the aggregated discovery document. */
export const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

export const wantsAggregated = (accept: string) =>
  accept
    .split(',')
    .some(
      part =>
        /as=APIGroupDiscoveryList/.test(part) && /v=v2(;|$)/.test(part.trim()),
    );

export function groupVersionKind(groupVersion: string, kind: string) {
  const [group, version] = groupVersion.includes('/')
    ? groupVersion.split('/')
    : ['', groupVersion];
  return { group, version, kind };
}

const listed = (names: string[]) => (names.length ? names : undefined);

/** `/api/v1`, `/apis/apps/v1`. */
export function resourceList(registry: Registry, groupVersion: string) {
  const resources = registry.in(groupVersion).flatMap(type => [
    {
      name: type.plural,
      singularName: type.singular,
      namespaced: type.namespaced,
      kind: type.kind,
      verbs: type.verbs,
      shortNames: listed(type.shortNames),
      categories: listed(type.categories),
    },
    ...type.subresources.map(sub => ({
      name: `${type.plural}/${sub.name}`,
      singularName: '',
      namespaced: type.namespaced,
      ...(sub.groupVersion
        ? groupVersionKind(sub.groupVersion, sub.kind)
        : { kind: sub.kind }),
      verbs: sub.verbs,
    })),
  ]);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources,
  };
}

function groupObject(group: { name: string; versions: string[] }) {
  const versions = group.versions.map(version => ({
    groupVersion: `${group.name}/${version}`,
    version,
  }));
  return { name: group.name, versions, preferredVersion: versions[0] };
}

/** `/apis`. */
export const groupList = (registry: Registry) => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: registry.groups().map(groupObject),
});

/** `/apis/<group>`; undefined when it is not served. */
export function oneGroup(registry: Registry, name: string) {
  const group = registry.groups().find(candidate => candidate.name === name);
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...groupObject(group) };
}

const discovered = (type: ResourceType) => ({
  resource: type.plural,
  responseKind: groupVersionKind(type.groupVersion, type.kind),
  scope: type.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: type.singular,
  verbs: type.verbs,
  shortNames: listed(type.shortNames),
  categories: listed(type.categories),
  subresources: type.subresources.length
    ? type.subresources.map(sub => ({
        subresource: sub.name,
        responseKind: groupVersionKind(
          sub.groupVersion ?? type.groupVersion,
          sub.kind,
        ),
        verbs: sub.verbs,
      }))
    : undefined,
});

/** The aggregated document of `/api` (core) or `/apis` (all groups). */
export function aggregated(registry: Registry, core: boolean) {
  const groups = core ? [{ name: '', versions: ['v1'] }] : registry.groups();
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(group => ({
      metadata: { name: group.name || undefined, creationTimestamp: null },
      versions: group.versions.map(version => ({
        version,
        resources: registry
          .in(group.name ? `${group.name}/${version}` : version)
          .map(discovered),
        freshness: 'Current',
      })),
    })),
  };
}
