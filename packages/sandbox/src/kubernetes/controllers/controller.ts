import { ObjectWriter } from '../api/writer';
import { copy } from '../objects/json';
import { Condition, KubeObject, timestamp } from '../objects/meta';
import { ClusterNetwork } from '../network';
import { FindImage } from '../images';
import { Registry } from '../schema/registry';
import { ResourceType } from '../schema/resourceType';
import { Change, Store } from '../store/store';
import { Timing } from '../timing';
import { Events, Occurrence } from './events';
import { OwnerIndex } from './owners';
import { Key } from './queue';

/** What controllers work with. */
export interface ControllerContext {
  store: Store;
  writer: ObjectWriter;
  registry: Registry;
  owners: OwnerIndex;
  events: Events;
  timing: Timing;
  network: ClusterNetwork;
  /** Looks for images in the sandbox's registries. */
  findImage?: FindImage;
  /** Said to every pod, where this machine could not run them. */
  whyNoPods?: string;
}

/** Brings objects of one kind to what they ask for; level-triggered: it looks at what is, not at what happened. */
export abstract class Controller {
  /** Looks at a key again after some milliseconds. Set by the manager. */
  later: (milliseconds: number, key: Key) => void = () => {};

  constructor(
    /** As in its events: `deployment-controller`. */
    readonly name: string,
    protected readonly context: ControllerContext,
  ) {}

  protected get store() {
    return this.context.store;
  }

  /** The keys that a change concerns. */
  abstract keys(change: Change): Key[];

  abstract reconcile(key: Key): void;

  /** Looks at things that time alone changes; called each second or so. */
  tick?(): void;

  protected event(
    object: KubeObject,
    type: Occurrence['type'],
    reason: string,
    message: string,
  ) {
    const component = this.name;
    this.context.events.record(object, { type, reason, message, component });
  }

  /** Writes a status when it differs; undefined fields are left out. */
  protected setStatus(type: ResourceType, object: KubeObject, status: object) {
    const { namespace, name, uid } = object.metadata;
    this.store.update<KubeObject & { status?: object }>(
      type,
      namespace,
      name,
      draft => {
        if (draft.metadata.uid !== uid) return false;
        draft.status = copy(status);
        return undefined;
      },
    );
  }
}

/** Conditions with one of them set; its times move only when it changes. */
export function withCondition(
  conditions: Condition[] | undefined,
  type: string,
  status: Condition['status'],
  reason?: string,
  message?: string,
): Condition[] {
  const list = conditions ?? [];
  const before = list.find(condition => condition.type === type);
  const unchanged =
    before?.status === status &&
    before.reason === reason &&
    before.message === message;
  if (unchanged) return list;
  const next: Condition = {
    ...before,
    type,
    status,
    reason,
    message,
    lastTransitionTime:
      before?.status === status ? before.lastTransitionTime : timestamp(),
  };
  return before
    ? list.map(condition => (condition === before ? next : condition))
    : [...list, next];
}

export const conditionOf = (
  conditions: Condition[] | undefined,
  type: string,
) => conditions?.find(condition => condition.type === type);

/** The key of a change's object, when it is of the type. */
export function ownKey(change: Change, type: ResourceType): Key[] {
  const { namespace, name } = change.object.metadata;
  return change.resource.key === type.key ? [{ namespace, name }] : [];
}

/** The key of the owner of a kind that controls a change's object. */
export function controllerKey(change: Change, kind: string): Key[] {
  const { namespace, ownerReferences } = change.object.metadata;
  const owner = ownerReferences?.find(
    ref => ref.controller && ref.kind === kind,
  );
  return owner ? [{ namespace, name: owner.name }] : [];
}

/** Zero as the API leaves it out. */
export const nonZero = (count: number) => (count > 0 ? count : undefined);

/** A count or a percentage of a whole. */
export function scaledValue(
  value: number | string | undefined,
  whole: number,
  round: 'up' | 'down',
): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const share = (parseInt(value, 10) * whole) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
