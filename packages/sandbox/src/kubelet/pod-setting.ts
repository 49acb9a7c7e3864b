import type { References } from '../kubernetes/kubelet/environment';
import type { Container, Pod } from '../kubernetes/objects/pod';
import type { Images } from './images';
import type { Place } from './volumes';

/** How long a kubelet waits for things, in milliseconds. */
export interface KubeletTiming {
  /** First pause before a pull or a container that ended is tried again; it doubles up to five minutes. */
  backOff: number;
  /** Before what a pod refers to is looked for again. */
  retry: number;
}

/** Milliseconds that no pause is longer than. */
export const LONGEST_PAUSE_MS = 300_000;

/** Milliseconds to wait after some failures in a row. */
export const pauseAfter = (failures: number, { backOff }: KubeletTiming) =>
  Math.min(backOff * 2 ** (failures - 1), LONGEST_PAUSE_MS);

/** Says what happens to a container, or without its name to the pod. */
export type Say = (
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: string,
) => void;

/** What a container is given by its pod. */
export interface PodSetting {
  /** As the API last told it. */
  pod(): Pod;
  images: Images;
  timing: KubeletTiming;
  /** Keeps the containers' files and logs. */
  folder: string;
  podIP: string;
  hostname: string;
  /** Its /etc/hosts. */
  hosts: string;
  /** Where its volumes are, by their names. */
  volumes: ReadonlyMap<string, Place>;
  /** Variables that every container has. */
  given(): Record<string, string>;
  /** What a container's environment refers to. */
  references(container: Container): Promise<References>;
  say: Say;
  /** A container's status is another. */
  changed(): void;
}
