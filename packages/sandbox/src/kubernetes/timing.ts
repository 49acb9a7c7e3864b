/** How long the sandbox's kubelets and controllers take for things, in milliseconds. */
export interface Timing {
  /** To pull an image that exists. */
  pull: number;
  /** To be told that an image does not exist. */
  pullFailure: number;
  /** From pulled to running. */
  start: number;
  /** From running to ready, where a readiness probe is asked. */
  ready: number;
  /** From being told to stop to having stopped. */
  stop: number;
  /** How long a job's container or an init container runs. */
  run: number;
  /** First pause before a pull or a crashed container is tried again; it doubles up to five minutes. */
  backOff: number;
}

/** Quick enough for a person to wait for, slow enough to be seen. */
export const DEFAULT_TIMING: Timing = {
  pull: 600,
  pullFailure: 400,
  start: 300,
  ready: 700,
  stop: 400,
  run: 900,
  backOff: 10_000,
};
