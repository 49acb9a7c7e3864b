import { randomUUID } from 'crypto';
import { existsSync, readdirSync, rmSync } from 'fs';
import path from 'path';
import { buildNotFound } from '../wire/errors';
import { Build } from './build';
import type { BuildRecord } from './build-record';

const INTERRUPTED =
  'The sandbox was stopped while this run was going on. Run the pipeline again.';

/** All runs, on disk in `<folder>/<id>`. */
export class BuildStore {
  readonly #builds = new Map<number, Build>();

  /** Reads the runs of earlier processes; those that were going on are ended as failed. */
  constructor(readonly folder: string) {
    const ids = existsSync(folder)
      ? readdirSync(folder).filter(name => /^\d+$/.test(name))
      : [];
    for (const id of ids.map(Number).sort((a, b) => a - b)) {
      const build = Build.read(path.join(folder, String(id)));
      if (!build) continue;
      this.#builds.set(id, build);
      if (!build.isCompleted) endAsInterrupted(build);
    }
  }

  /** Keeps a new run. */
  add(record: BuildRecord): Build {
    const build = new Build(path.join(this.folder, String(record.id)), record);
    this.#builds.set(record.id, build);
    build.save();
    return build;
  }

  /**
   * The run with this id.
   * @throws AzureDevOpsError 404
   */
  get(id: number): Build {
    const build = this.#builds.get(id);
    if (!build) throw buildNotFound(id);
    return build;
  }

  /** All runs, oldest first. */
  list(): Build[] {
    return [...this.#builds.values()];
  }

  /** Deletes a run with its logs and artifacts. */
  delete(build: Build): void {
    this.#builds.delete(build.id);
    rmSync(build.folder, { recursive: true, force: true });
  }
}

/** Whatever was not completed becomes failed or canceled, with an issue that says why. */
export function endAsInterrupted(
  build: Build,
  message: string = INTERRUPTED,
): void {
  const now = new Date();
  const open = build.timeline().filter(record => record.state !== 'completed');
  const wasRunning = open.filter(record => record.state === 'inProgress');
  const issue = { type: 'error' as const, message };
  for (const record of open) {
    const running = record.state === 'inProgress';
    build.setTimelineRecord({
      ...record,
      startTime: record.startTime ? new Date(record.startTime) : undefined,
      state: 'completed',
      result: running ? 'failed' : 'skipped',
      finishTime: now,
      issues: running ? [...record.issues, issue] : record.issues,
      errorCount: record.errorCount + (running ? 1 : 0),
    });
  }
  if (wasRunning.length === 0) {
    // Nothing had begun, or the record that could carry the issue is complete: a stage says what happened.
    build.setTimelineRecord({
      id: randomUUID(),
      type: 'Stage',
      name: '__default',
      identifier: '__default',
      refName: '__default',
      order: open.length + 1,
      state: 'completed',
      result: 'failed',
      finishTime: now,
      issues: [issue],
      errorCount: 1,
      warningCount: 0,
      attempt: 1,
    });
  }
  build.update({
    status: 'completed',
    result: 'failed',
    finishTime: now.toISOString(),
  });
}
