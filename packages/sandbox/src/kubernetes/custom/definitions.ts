import { Condition, KubeObject, timestamp } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { Registry } from '../schema/registry';
import {
  ALL_VERBS,
  PrinterColumn,
  ResourceType,
  Subresource,
} from '../schema/resourceType';
import { Change, Store } from '../store/store';

/** A CustomResourceDefinition, as far as the sandbox reads it. */
export interface CustomResourceDefinition extends KubeObject {
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: {
      plural: string;
      singular?: string;
      kind: string;
      listKind?: string;
      shortNames?: string[];
      categories?: string[];
    };
    versions: {
      name: string;
      served: boolean;
      storage: boolean;
      schema?: { openAPIV3Schema?: unknown };
      subresources?: {
        status?: object;
        scale?: { specReplicasPath: string; statusReplicasPath: string };
      };
      additionalPrinterColumns?: PrinterColumn[];
    }[];
  };
  status?: {
    acceptedNames?: object;
    storedVersions?: string[];
    conditions?: Condition[];
  };
}

const CHANGE: Subresource['verbs'] = ['get', 'patch', 'update'];

/** The resource types that a definition serves, one a version. */
function typesOf({ spec }: CustomResourceDefinition): ResourceType[] {
  const { names, group } = spec;
  const storage = spec.versions.find(version => version.storage);
  return spec.versions
    .filter(version => version.served)
    .map(version => {
      const subresources: Subresource[] = [];
      if (version.subresources?.status) {
        subresources.push({ name: 'status', kind: names.kind, verbs: CHANGE });
      }
      if (version.subresources?.scale) {
        subresources.push({
          name: 'scale',
          groupVersion: 'autoscaling/v1',
          kind: 'Scale',
          verbs: CHANGE,
        });
      }
      return {
        group,
        version: version.name,
        groupVersion: `${group}/${version.name}`,
        plural: names.plural,
        singular: names.singular ?? names.kind.toLowerCase(),
        kind: names.kind,
        shortNames: names.shortNames ?? [],
        categories: names.categories ?? [],
        namespaced: spec.scope === 'Namespaced',
        verbs: ALL_VERBS,
        subresources,
        key: `${group}/${names.plural}`,
        generation: true,
        form: 'stored' as const,
        custom: {
          columns: version.additionalPrinterColumns ?? [],
          schema: version.schema?.openAPIV3Schema,
          scale: version.subresources?.scale,
          storageVersion: storage?.name ?? version.name,
        },
      };
    });
}

/** Serves what the cluster's CustomResourceDefinitions define, as they come, change and go. */
export class CustomDefinitions {
  constructor(
    private readonly store: Store,
    private readonly registry: Registry,
  ) {}

  /** Serves what is defined already, and from now on what comes. */
  follow() {
    for (const definition of this.store.list<CustomResourceDefinition>(
      TYPES.customResources,
    )) {
      typesOf(definition).forEach(type => this.registry.add(type));
    }
    this.store.subscribe(change => this.hear(change));
  }

  private hear({ resource, type, object, previous }: Change) {
    if (resource.key !== TYPES.customResources.key) return;
    const definition = object as CustomResourceDefinition;
    if (previous) {
      typesOf(previous as CustomResourceDefinition).forEach(old =>
        this.registry.remove(old),
      );
    }
    if (type === 'DELETED') {
      this.removeObjects(definition);
      return;
    }
    typesOf(definition).forEach(served => this.registry.add(served));
    if (!definition.status?.conditions) {
      setImmediate(() => this.establish(definition));
    }
  }

  /** With the definition go all its objects. */
  private removeObjects(definition: CustomResourceDefinition) {
    for (const type of typesOf(definition).slice(0, 1)) {
      for (const { metadata } of this.store.list(type)) {
        this.store.remove(type, metadata.namespace, metadata.name);
      }
    }
  }

  private establish({ metadata }: CustomResourceDefinition) {
    this.store.update<CustomResourceDefinition>(
      TYPES.customResources,
      undefined,
      metadata.name,
      draft => {
        const { names, versions } = draft.spec;
        const condition = (type: string, reason: string, message: string) => ({
          type,
          status: 'True' as const,
          reason,
          message,
          lastTransitionTime: timestamp(),
        });
        draft.status = {
          acceptedNames: {
            ...names,
            singular: names.singular ?? names.kind.toLowerCase(),
            listKind: names.listKind ?? `${names.kind}List`,
          },
          storedVersions: versions.filter(v => v.storage).map(v => v.name),
          conditions: [
            condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
            condition(
              'Established',
              'InitialNamesAccepted',
              'the initial names have been accepted',
            ),
          ],
        };
      },
    );
  }
}
