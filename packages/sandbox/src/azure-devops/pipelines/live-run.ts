import { randomUUID } from 'crypto';
import path from 'path';
import type {
  ExpandContext,
  ExpandedPipeline,
  RunListener,
  TimelineRecord,
} from '../../agent/contract';
import type { DefinitionRecord, IdentityRecord } from '../store/model';
import type { Build } from './build';
import type { ProtectedResource } from './permissions';
import type { RunCoordinatorOptions } from './run-coordinator';

/** What a run that has not ended is made of. */
export interface LiveRunOptions extends RunCoordinatorOptions {
  build: Build;
  definition: DefinitionRecord;
  pipeline: ExpandedPipeline;
  context: ExpandContext;
  /** What it may use only when permitted. */
  needs: ProtectedResource[];
  requestedFor: IdentityRecord;
}

/** A run from queued to ended: waits for permissions, hands the pipeline to the agent, keeps what it reports. */
export class LiveRun {
  readonly build: Build;
  readonly #abort = new AbortController();
  #checkpoint: TimelineRecord[] = [];
  #started = false;
  #abandoned = false;
  #done: Promise<void> = Promise.resolve();

  constructor(private readonly options: LiveRunOptions) {
    this.build = options.build;
  }

  get isStarted(): boolean {
    return this.#started;
  }

  get #isHeld(): boolean {
    return this.#checkpoint[0]?.state === 'inProgress';
  }

  /** Whether nothing is missing; what is missing is told by a checkpoint in the timeline, as in Azure Pipelines. */
  checkPermissions(): boolean {
    const { needs, permissions, definition } = this.options;
    const missing = needs.filter(
      resource => !permissions.isPermitted(resource, definition.id),
    );
    if (missing.length > 0) {
      if (!this.#isHeld) this.#beginCheckpoint(missing);
      return false;
    }
    this.#endCheckpoint('succeeded');
    return true;
  }

  #beginCheckpoint(missing: ProtectedResource[]): void {
    const names = missing.map(({ type, name }) => `${type} ${name}`).join(', ');
    const base = {
      order: 1,
      state: 'inProgress' as const,
      startTime: new Date(),
      issues: [],
      errorCount: 0,
      warningCount: 0,
      attempt: 1,
    };
    const checkpoint: TimelineRecord = {
      ...base,
      id: randomUUID(),
      type: 'Checkpoint',
      name: 'Checkpoint',
      identifier: 'Checkpoint',
      refName: 'Checkpoint',
      currentOperation: `This pipeline needs permission to access ${missing.length} resource(s) before this run can continue: ${names}`,
    };
    // Azure Pipelines puts one record below for each kind of check.
    const authorization = {
      ...base,
      id: randomUUID(),
      parentId: checkpoint.id,
      type: 'Checkpoint.Authorization',
      name: 'Checkpoint.Authorization',
      identifier: 'Checkpoint.Authorization',
      refName: 'Checkpoint.Authorization',
    } as unknown as TimelineRecord;
    this.#checkpoint = [checkpoint, authorization];
    this.#checkpoint.forEach(record => this.build.setTimelineRecord(record));
  }

  #endCheckpoint(result: 'succeeded' | 'canceled'): void {
    if (!this.#isHeld) return;
    this.#checkpoint = this.#checkpoint.map(record => ({
      ...record,
      state: 'completed',
      result,
      finishTime: new Date(),
      currentOperation: undefined,
    }));
    this.#checkpoint.forEach(record => this.build.setTimelineRecord(record));
  }

  /** Hands the pipeline to the agent; resolves when the run has ended. */
  start(): Promise<void> {
    this.#started = true;
    this.#done = this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    const { options, build } = this;
    const { pipeline, organization, urls, jobTokens, idTokens, settings } =
      options;
    const accessToken = jobTokens.issue({
      buildId: build.id,
      planId: build.record.planId,
      repositories: new Set(
        pipeline.repositories.flatMap(
          ({ name }) => organization.findRepository(name)?.id ?? [],
        ),
      ),
      serviceConnections: new Set(pipeline.serviceConnections),
    });
    build.update({ status: 'inProgress', startTime: new Date().toISOString() });
    try {
      const { result } = await options.agent.runPipeline(
        pipeline,
        {
          run: {
            id: build.id,
            number: build.record.buildNumber,
            queuedAt: new Date(build.record.queueTime),
            requestedFor: {
              id: options.requestedFor.id,
              displayName: options.requestedFor.displayName,
              email: options.requestedFor.uniqueName,
            },
            reason: 'manual',
            tags: build.record.tags,
          },
          context: options.context,
          accessToken,
          cloneUrl: repository => urls.clone(repository),
          serviceConnections: organization.endpoints.map(endpoint => ({
            ...endpoint,
            idToken: async () =>
              idTokens.issue(endpoint, organization.project.id),
          })),
          kubeconfig: settings.kubeconfig,
          tools: settings.tools,
          environment: settings.environment,
          workFolder: settings.workFolder,
          artifactsFolder: path.join(build.folder, 'artifacts'),
          terraformStateFolder: settings.terraformStateFolder,
          signal: this.#abort.signal,
          nextCounter: (prefix, seed) =>
            organization.count(
              `counter/${options.definition.id}/${prefix}`,
              seed,
            ),
        },
        this.#listener(),
      );
      if (!this.#abandoned) this.#complete(result);
    } finally {
      jobTokens.revoke(accessToken);
    }
  }

  #listener(): RunListener {
    const { build } = this;
    // After a stop has ended the run, what the agent still says is late.
    const unlessAbandoned =
      <Args extends unknown[]>(work: (...args: Args) => void) =>
      (...args: Args) => {
        if (!this.#abandoned) work(...args);
      };
    return {
      record: unlessAbandoned(record => {
        build.setTimelineRecord(record);
        this.#adoptCheckpoint(record);
      }),
      log: unlessAbandoned((recordId, lines) =>
        build.appendLog(recordId, lines),
      ),
      artifact: unlessAbandoned(artifact => build.setArtifact(artifact)),
      tag: unlessAbandoned(tag => {
        if (build.record.tags.includes(tag)) return;
        build.update({ tags: [...build.record.tags, tag] });
      }),
      buildNumber: unlessAbandoned(buildNumber =>
        build.update({ buildNumber }),
      ),
    };
  }

  /** A checkpoint belongs to the first stage, whose record the agent makes later. */
  #adoptCheckpoint(stage: TimelineRecord): void {
    const [checkpoint] = this.#checkpoint;
    if (stage.type !== 'Stage' || !checkpoint || checkpoint.parentId) return;
    checkpoint.parentId = stage.id;
    this.build.setTimelineRecord(checkpoint);
  }

  #complete(result: Build['record']['result']): void {
    this.build.update({
      status: 'completed',
      result,
      finishTime: new Date().toISOString(),
    });
  }

  /** Cancels: at once when nothing has begun, else as fast as the jobs can end. */
  cancel(): void {
    if (this.#started) {
      this.build.update({ status: 'cancelling' });
      this.#abort.abort();
      return;
    }
    this.#endCheckpoint('canceled');
    this.#complete('canceled');
  }

  /** Stops the jobs and takes no more of their reports; resolves when they have ended. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    this.#abort.abort();
    await this.#done.catch(() => {});
  }
}
