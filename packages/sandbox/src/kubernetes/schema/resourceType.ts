import { Named } from '../api/errors';

export type Verb =
  | 'create'
  | 'delete'
  | 'deletecollection'
  | 'get'
  | 'list'
  | 'patch'
  | 'update'
  | 'watch';

/** A resource below another: `deployments/scale`. */
export interface Subresource {
  name: string;
  /** Where its kind lives, when not in the resource's own group and version. */
  groupVersion?: string;
  kind: string;
  verbs: Verb[];
}

/** A printed column of `kubectl get`, as CRDs declare it. */
export interface PrinterColumn {
  name: string;
  type: string;
  jsonPath: string;
  format?: string;
  description?: string;
  priority?: number;
}

/** What a custom resource adds to a resource type. */
export interface CustomDetails {
  columns: PrinterColumn[];
  /** The structural schema of this version, `openAPIV3Schema`. */
  schema?: unknown;
  scale?: { specReplicasPath: string; statusReplicasPath: string };
  storageVersion: string;
}

/** One resource in one version: what the API path, discovery and the store need to know of it. */
export interface ResourceType extends Named {
  version: string;
  /** `v1` or `apps/v1`. */
  groupVersion: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  verbs: Verb[];
  subresources: Subresource[];
  /** The store's table, shared by all versions of a resource: `apps/deployments`. */
  key: string;
  /** Whether `metadata.generation` counts spec changes. */
  generation: boolean;
  /** Name of the type in the schema data; undefined for custom resources. */
  schema?: string;
  /** `stored` objects are kept; `review` answers a question; `metrics` is computed. */
  form: 'stored' | 'review' | 'metrics';
  custom?: CustomDetails;
}

export const ALL_VERBS: Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

export const hasSubresource = (type: ResourceType, name: string) =>
  type.subresources.some(sub => sub.name === name);
