import { randomUUID } from 'crypto';
import {
  ExpandContext,
  ExpandedPipeline,
  ExpandPipeline,
  PipelineValidationError,
  RunPipeline,
  ToolPaths,
} from '../../agent/contract';
import type { RepositoryStore } from '../git/repository-store';
import type { IdTokens } from '../id-tokens';
import type { JobTokens } from '../job-tokens';
import type {
  DefinitionRecord,
  IdentityRecord,
  RepositoryRecord,
} from '../store/model';
import type { OrganizationStore } from '../store/organization-store';
import { pipelineInvalid } from '../wire/errors';
import type { Urls } from '../wire/urls';
import type { Build } from './build';
import { formatBuildNumber } from './build-number';
import { BuildStore, endAsInterrupted } from './build-store';
import { LiveRun } from './live-run';
import type { Permissions } from './permissions';
import type { RunRequest } from './run-request';

/** What reads and runs pipelines. */
export interface AgentFunctions {
  expandPipeline: ExpandPipeline;
  runPipeline: RunPipeline;
}

/** What runs need of the machine. */
export interface AgentSettings {
  tools: ToolPaths;
  /** Added to every step's environment. */
  environment: Record<string, string>;
  workFolder: string;
  terraformStateFolder: string;
  /** Kubeconfig (YAML) of a cluster. */
  kubeconfig(resourceGroup: string, cluster: string): string | undefined;
  /** Runs at once; default 2. The others wait. */
  parallelRuns?: number;
}

/** What the coordinator works with. */
export interface RunCoordinatorOptions {
  organization: OrganizationStore;
  repositories: RepositoryStore;
  builds: BuildStore;
  permissions: Permissions;
  urls: Urls;
  jobTokens: JobTokens;
  idTokens: IdTokens;
  agent: AgentFunctions;
  settings: AgentSettings;
}

interface Prepared {
  pipeline: ExpandedPipeline;
  context: ExpandContext;
  ref: string;
  commit: string;
  repository: RepositoryRecord;
}

/** How long a stop waits for the jobs to end, in milliseconds. */
const STOP_TIMEOUT = 20_000;

/** Queues runs, holds those that lack a permission, starts the others as agents become free, and ends them. */
export class RunCoordinator {
  readonly #live = new Map<number, LiveRun>();
  #stopped = false;

  constructor(private readonly options: RunCoordinatorOptions) {}

  /**
   * The pipeline as it would run.
   * @throws AzureDevOpsError 400 with a line an error when it would not
   */
  async preview(
    definition: DefinitionRecord,
    request: RunRequest,
    by: IdentityRecord,
  ): Promise<ExpandedPipeline> {
    return (await this.#prepare(definition, request, by)).pipeline;
  }

  /**
   * Queues a run.
   * @throws AzureDevOpsError 400 with a line an error when the pipeline is not valid
   */
  async queue(
    definition: DefinitionRecord,
    request: RunRequest,
    by: IdentityRecord,
  ): Promise<Build> {
    const prepared = await this.#prepare(definition, request, by);
    const { pipeline, context, ref, commit, repository } = prepared;
    const { organization, permissions, builds } = this.options;
    this.#createEnvironments(pipeline, definition, by);

    const id = organization.takeNumber('build');
    const now = new Date();
    const build = builds.add({
      id,
      buildNumber: formatBuildNumber(pipeline.name, {
        definitionName: definition.name,
        buildId: id,
        sourceBranchName: ref.split('/').pop() ?? ref,
        teamProject: organization.project.name,
        now,
        variables: Object.fromEntries(
          [
            ...pipeline.variables,
            ...Object.entries(context.variables).map(([name, { value }]) => ({
              name,
              value,
            })),
          ].map(({ name, value }) => [name, value]),
        ),
        nextRevision: prefix =>
          organization.count(`rev/${definition.id}/${prefix}`, 1),
      }),
      definitionId: definition.id,
      definitionName: definition.name,
      definitionRevision: definition.revision,
      status: 'notStarted',
      queueTime: now.toISOString(),
      lastChangedDate: now.toISOString(),
      repositoryId: repository.id,
      sourceBranch: ref,
      sourceVersion: commit,
      requestedFor: by.id,
      tags: [],
      templateParameters: request.templateParameters,
      variables: Object.fromEntries(
        Object.entries(request.variables).map(([name, variable]) => [
          name,
          variable.isSecret ? { isSecret: true } : variable,
        ]),
      ),
      repositories: pipeline.repositories,
      finalYaml: pipeline.yaml,
      planId: randomUUID(),
      timelineId: randomUUID(),
      logs: [],
      artifacts: [],
    });
    const run = new LiveRun({
      ...this.options,
      build,
      definition,
      pipeline,
      context,
      needs: permissions.needs(pipeline, definition),
      requestedFor: by,
    });
    this.#live.set(build.id, run);
    this.#startWhatCan();
    return build;
  }

  /** Cancels a run; one that has ended stays as it is. */
  cancel(build: Build): void {
    const run = this.#live.get(build.id);
    if (!run) return;
    run.cancel();
    if (build.isCompleted) this.#live.delete(build.id);
  }

  /** Lets runs go on that waited for a permission that they have now. */
  permissionsChanged(): void {
    this.#startWhatCan();
  }

  /** Ends every run as failed, saying why, and waits for the jobs' processes to end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const runs = [...this.#live.values()];
    const ended = Promise.all(runs.map(run => run.abandon()));
    runs.forEach(run => endAsInterrupted(run.build));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      ended,
      new Promise(resolve => {
        timer = setTimeout(resolve, STOP_TIMEOUT);
      }),
    ]);
    clearTimeout(timer);
    this.#live.clear();
  }

  #startWhatCan(): void {
    if (this.#stopped) return;
    const { parallelRuns = 2 } = this.options.settings;
    for (const run of this.#live.values()) {
      if (run.isStarted || !run.checkPermissions()) continue;
      const started = [...this.#live.values()].filter(
        other => other.isStarted,
      ).length;
      if (started >= parallelRuns) return;
      run
        .start()
        .catch(error => {
          // eslint-disable-next-line no-console
          console.error(`sandbox: run ${run.build.id} broke off:`, error);
          endAsInterrupted(
            run.build,
            `The agent broke off: ${(error as Error).message}`,
          );
        })
        .finally(() => {
          this.#live.delete(run.build.id);
          this.#startWhatCan();
        });
    }
  }

  async #prepare(
    definition: DefinitionRecord,
    request: RunRequest,
    by: IdentityRecord,
  ): Promise<Prepared> {
    const { organization, repositories, urls, agent } = this.options;
    const repository = repositories.get(definition.repositoryId);
    const ref = fullRef(
      request.ref ?? definition.defaultBranch ?? repository.defaultBranch,
    );
    const files = repositories.files();
    const commit = await repositories
      .open(repository)
      .resolveCommit(request.version ?? ref);
    if (!commit) {
      throw pipelineInvalid(
        `Could not find ${request.version ?? ref} in the repository ${
          repository.name
        }: push a commit to it first, or run another branch.`,
      );
    }
    const context: ExpandContext = {
      organizationUrl: `${urls.organizationUrl}/`,
      project: {
        id: organization.project.id,
        name: organization.project.name,
      },
      pipeline: {
        id: definition.id,
        name: definition.name,
        folder: definition.folder,
      },
      variables: Object.fromEntries(
        Object.entries({ ...definition.variables, ...request.variables }).map(
          ([name, { value = '', isSecret }]) => [name, { value, isSecret }],
        ),
      ),
      serviceConnections: organization.endpoints.map(({ name }) => name),
      reason: 'manual',
      requestedFor: {
        id: by.id,
        displayName: by.displayName,
        email: by.uniqueName,
      },
    };
    try {
      const pipeline = await agent.expandPipeline(
        files,
        {
          repository: repository.name,
          ref,
          commit,
          path: definition.yamlPath,
          override: request.yamlOverride,
        },
        request.templateParameters,
        context,
      );
      return { pipeline, context, ref, commit, repository };
    } catch (error) {
      if (error instanceof PipelineValidationError) {
        throw pipelineInvalid(error.message);
      }
      throw error;
    }
  }

  /** Azure Pipelines makes environments that a pipeline names, and permits that pipeline to use them. */
  #createEnvironments(
    pipeline: ExpandedPipeline,
    definition: DefinitionRecord,
    by: IdentityRecord,
  ): void {
    const { organization, permissions } = this.options;
    for (const name of pipeline.environments) {
      if (organization.findEnvironment(name)) continue;
      const now = new Date().toISOString();
      const id = organization.takeNumber('environment');
      organization.environments.push({
        id,
        name,
        description: '',
        createdOn: now,
        createdBy: by.id,
        lastModifiedOn: now,
      });
      permissions.set(
        { type: 'environment', id: String(id) },
        true,
        by.id,
        definition.id,
      );
    }
  }
}

/** `main` and `refs/heads/main` are both taken. */
function fullRef(ref: string): string {
  return ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
}
