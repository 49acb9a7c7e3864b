/** A value as Terraform's JSON state has it. */
export type ResourceValue =
  | string
  | number
  | boolean
  | null
  | ResourceValue[]
  | { [name: string]: ResourceValue };

/** The attributes and blocks of one resource, named as in azurerm's schema. */
export type ResourceValues = { [name: string]: ResourceValue };

/** One thing that exists in the sandbox's Azure. */
export interface Resource {
  /** The Terraform type, such as `azurerm_kubernetes_cluster`. */
  type: string;
  /** Azure's id; two resources of different types may share one (an association has its subnet's). */
  id: string;
  /** What it looks like, every attribute known. */
  values: ResourceValues;
  /** Given by the store when the resource is created: another one after it was deleted and made again. */
  uid?: string;
}

/** What happened to a resource. `deleted` carries the resource as it was. */
export interface ResourceChange {
  kind: 'created' | 'updated' | 'deleted';
  resource: Resource;
}
