import type { Connection } from './connection';
import { findOrCreate } from './findOrCreate';
import type { List } from './wire';

/** A run to queue. */
export interface RunOptions {
  pipelineId: number;
  /** Names the request for this run, so that it is queued once however often it is asked for. */
  key: string;
  /** True when nobody asked with this key before: a run is then only looked for when an answer is in doubt. */
  isNewKey?: boolean;
  /**
   * The pipeline's own parameter that carries the key (default `requestKey`). Azure DevOps keeps a run's parameters
   * and shows them in the list of runs; a tag could only be added by a second request, after the run had begun.
   */
  keyParameter?: string;
  /** Values of the pipeline's parameters. */
  templateParameters?: Record<string, string>;
  /** Branch to run on; the pipeline's default branch when left out. */
  branch?: string;
  /** Commit of that branch to run; its tip when left out. */
  commitId?: string;
}

/** A run queued now or found. */
export interface RunResult {
  buildId: number;
  /** Its page in Azure DevOps. */
  url: string;
  created: boolean;
}

/** The parameter that carries the key unless told otherwise. */
export const DEFAULT_KEY_PARAMETER = 'requestKey';

/** How far a run has come, in Moorline's words. */
export type PipelineRunState =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'canceled';

/** A run as Azure DevOps sees it now. Times are ISO 8601. */
export interface PipelineRun {
  buildId: number;
  /** The run's name, e.g. `20261121.3`. */
  name: string;
  pipelineId: number;
  state: PipelineRunState;
  url: string;
  queuedAt?: string;
  startedAt?: string;
  finishedAt?: string;
  /** Why it could not begin, e.g. errors in its YAML. */
  problems: string[];
}

interface WireBuild {
  id: number;
  buildNumber?: string;
  status?: string;
  result?: string;
  queueTime?: string;
  startTime?: string;
  finishTime?: string;
  definition: { id: number };
  templateParameters?: Record<string, unknown>;
  validationResults?: { result: string; message: string }[];
  _links?: { web?: { href?: string } };
}

const NEWEST = 50;

/** Queues a run, unless one that carries the key is among the newest of the pipeline. */
export async function runPipeline(
  connection: Connection,
  options: RunOptions,
): Promise<RunResult> {
  const { pipelineId, key, branch, commitId } = options;
  const keyParameter = options.keyParameter ?? DEFAULT_KEY_PARAMETER;
  const what = `run the pipeline ${pipelineId}`;
  const needs = 'Build (Read & execute) with "Queue builds"';
  const thing = `pipeline ${pipelineId}`;
  const { value, created } = await findOrCreate(connection, {
    what,
    createFirst: options.isNewKey,
    find: async () => {
      const { value: builds } = await connection.sendForBody<List<WireBuild>>({
        method: 'GET',
        path: 'build/builds',
        query: {
          definitions: pipelineId,
          queryOrder: 'queueTimeDescending',
          $top: NEWEST,
        },
        idempotent: true,
        what: `look for runs of the pipeline ${pipelineId}`,
        needs,
        thing,
      });
      const build = builds.find(
        candidate => candidate.templateParameters?.[keyParameter] === key,
      );
      return build && { buildId: build.id, url: webUrl(connection, build) };
    },
    create: async () => {
      const self = {
        ...(branch ? { refName: `refs/heads/${branch}` } : {}),
        ...(commitId ? { version: commitId } : {}),
      };
      const run = await connection.sendForBody<WireBuild>({
        method: 'POST',
        path: `pipelines/${pipelineId}/runs`,
        body: {
          ...(branch || commitId
            ? { resources: { repositories: { self } } }
            : {}),
          templateParameters: {
            ...options.templateParameters,
            [keyParameter]: key,
          },
        },
        idempotent: false,
        what,
        needs,
        thing,
      });
      return { buildId: run.id, url: webUrl(connection, run) };
    },
  });
  return { ...value, created };
}

/** Reads how far a run has come. */
export async function getRun(
  connection: Connection,
  buildId: number,
): Promise<PipelineRun> {
  const build = await connection.sendForBody<WireBuild>({
    ...buildRequest(buildId),
    method: 'GET',
    what: `read the run ${buildId}`,
  });
  return {
    buildId: build.id,
    name: build.buildNumber ?? String(build.id),
    pipelineId: build.definition.id,
    state: stateOf(build),
    url: webUrl(connection, build),
    queuedAt: build.queueTime,
    startedAt: build.startTime,
    finishedAt: build.finishTime,
    problems: (build.validationResults ?? [])
      .filter(({ result }) => result === 'error')
      .map(({ message }) => message),
  };
}

/** Asks a run to stop; it ends some time later. A run that has ended stays as it is. */
export async function cancelRun(
  connection: Connection,
  buildId: number,
): Promise<void> {
  await connection.send({
    ...buildRequest(buildId),
    method: 'PATCH',
    body: { status: 'cancelling' },
    what: `cancel the run ${buildId}`,
  });
}

/** What requests about one run have in common. */
export function buildRequest(buildId: number, below = '') {
  return {
    path: `build/builds/${buildId}${below}`,
    idempotent: true,
    needs: 'Build (Read & execute)',
    thing: `run ${buildId}`,
  };
}

function stateOf({ status, result }: WireBuild): PipelineRunState {
  switch (status) {
    case 'completed':
      if (result === 'succeeded' || result === 'partiallySucceeded') {
        return 'succeeded';
      }
      return result === 'canceled' ? 'canceled' : 'failed';
    case 'inProgress':
    case 'cancelling':
      return 'running';
    default:
      return 'queued';
  }
}

function webUrl(connection: Connection, build: WireBuild): string {
  return (
    build._links?.web?.href ??
    `${connection.organizationUrl}/${encodeURIComponent(
      connection.project,
    )}/_build/results?buildId=${build.id}`
  );
}
