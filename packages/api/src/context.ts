import type { Role } from './authorization';
import type { Database } from './database/database';
import type { Live } from './live/live';

/** Who calls. */
export interface Actor {
  /** Entity reference, `user:default/guest`, or the subject of a service, `plugin:scaffolder`. */
  ref: string;
  /** Entity references of the groups the caller belongs to. */
  groups: string[];
  /** What the caller is, where the table in authorization.ts decides; none where `allows` does. */
  role?: Role;
  /** The only procedures it may call, as `runs.record` or `runs.*`; none: all that its role may. */
  scopes?: readonly string[];
  /** The environment whose pipeline this is. */
  environment?: string;
}

/** Whoever can own environments. */
export interface Directory {
  /** Whether the reference names a group or user that exists. */
  ownerExists(ref: string): Promise<boolean>;
}

/** Reads a step's log from Azure DevOps. Failures are thrown as TRPCError, with a message for a person. */
export type RunLogs = (request: {
  buildId: number;
  logId: number;
  /** First line wanted, from 0. */
  from: number;
}) => Promise<{ lines: string[]; next: number }>;

/** What is kept of runs that are over. */
export interface RunArchive {
  /**
   * A step's log; undefined when it is not kept.
   *
   * @param folder As `RunRecord.archive` has it.
   */
  readLog(folder: string, logId: number): Promise<string[] | undefined>;
}

/**
 * Queues a pipeline once for a key: asked again it answers with the same run. Failures are thrown as TRPCError, with a
 * message for a person.
 */
export type QueueRun = (request: {
  pipelineId: number;
  key: string;
  /** Values of the pipeline's parameters. */
  templateParameters?: Record<string, string>;
}) => Promise<QueuedRun>;

/**
 * Asks Azure DevOps to stop a run; one that is over stays as it is. Failures are thrown as TRPCError, with a message for a
 * person.
 */
export type StopRun = (request: { buildId: number }) => Promise<void>;

/** A run in Azure DevOps. */
export interface QueuedRun {
  buildId: number;
  url: string;
}

/** What a caller may be allowed to do. */
export type Permission =
  | 'environment.read'
  | 'environment.create'
  | 'environment.run'
  | 'environment.update'
  | 'environment.retire'
  | 'release.write';

/** What every procedure is given. */
export interface Context {
  db: Database;
  actor: Actor;
  directory: Directory;
  /** Without it, logs are not available. */
  runLogs?: RunLogs;
  /** Without it, logs are there for as long as Azure DevOps has them. */
  archive?: RunArchive;
  /** Without it, runs cannot be started from here. */
  queueRun?: QueueRun;
  /** Without it, runs cannot be canceled from here. */
  stopRun?: StopRun;
  /** Without it, changes cannot be followed. */
  live?: Live;
  /** Finds out anew who calls, for calls that last. @throws UNAUTHORIZED once their token is not believed any more. */
  reidentify?: () => Promise<Actor>;
  /** Whether the caller may; without it every signed-in caller may. */
  allows?: (permission: Permission) => Promise<boolean>;
  /** Set where a procedure begins: the caller may only touch what is their own. */
  ownOnly?: boolean;
  /** Whether the server passes JSON on as it is: see json.ts. */
  passesJson?: boolean;
  /** Told the names of environments that changed, after the change is safe. */
  onChange?: (environment: string) => void;
}
