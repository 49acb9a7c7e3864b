import { Value, ValueObject } from '../values/value';
import { World } from './world';

/** Something wrong with a configuration, as the provider tells it. */
export interface Problem {
  summary: string;
  detail?: string;
  /** The attribute that it is about; left out where it is about the resource as a whole. */
  path?: (string | number)[];
}

/** Azure's refusal of a request. */
export interface AzureRefusal {
  /** HTTP status, such as 409. */
  status: number;
  /** Azure's code, such as `ScopeLocked`. */
  code: string;
  message: string;
}

/** The provider's own refusal, before it asks Azure anything. */
export interface ProviderRefusal {
  message: string;
}

export type Refusal = AzureRefusal | ProviderRefusal;

/** A change to be planned. The planned values can be changed by a rule. */
export interface PlannedChange {
  /** Undefined where the resource is to be created. */
  prior: ValueObject | undefined;
  planned: ValueObject;
  config: ValueObject;
  /** Says that a change of this argument replaces the resource. */
  replace(path: (string | number)[]): void;
}

/** A change that Azure is asked for. */
export interface RequestedChange {
  /** Undefined where the resource is to be created. */
  prior: ValueObject | undefined;
  /** All that is asked for and known; `id` is set. */
  values: ValueObject;
  world: World;
}

/** A value that Azure gives, or how it is found. */
export type Computed = Value | ((values: ValueObject, world: World) => Value);

/** What a schema does not say of a resource type. */
export interface TypeRules {
  /** What the provider's messages call it, such as `Kubernetes Cluster`. */
  title: string;
  /**
   * The form of its id. In braces: the name of an argument; `{group}` is the resource group's id by `resource_group_name`,
   * `{subscription}` the subscription's.
   */
  id: string | ((values: ValueObject, world: World) => string);
  /** What Azure gives to arguments that are left out, and attributes, by their path without indexes. */
  computed?: Record<string, Computed>;
  /** Checks of a configuration that the provider makes in code. Unknown values are passed over. */
  validate?(config: ValueObject): Problem[];
  /** What the provider changes or refuses when it plans. */
  plan?(change: PlannedChange): Problem[];
  /** What is refused at apply, by the provider or by Azure. */
  refuse?(change: RequestedChange): Refusal | undefined;
  /** Values that follow from others, or from other resources, whenever the resource is read. */
  observe?(values: ValueObject, world: World): ValueObject;
  /** Whether Azure refuses to delete it while others of these types refer to its id. */
  inUseBy?: { types: string[]; code: string };
}
