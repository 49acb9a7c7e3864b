import express, { RequestHandler, Router } from 'express';
import { randomUUID } from 'crypto';
import path from 'path';
import { authenticate } from './authentication';
import type { ServerContext } from './context';
import { createDiscoveryRouter } from './discovery-routes';
import { createDistributedTaskRouter } from './distributed-task-routes';
import { createGitHttpRouter } from './git-http-routes';
import { createGitRouter } from './git/git-routes';
import { RepositoryStore } from './git/repository-store';
import { PlatformSource, seedPlatform } from './git/seed';
import { IdTokens } from './id-tokens';
import { JobTokens } from './job-tokens';
import { createArtifactRouter } from './pipelines/artifact-routes';
import { createBuildRouter } from './pipelines/build-routes';
import { BuildStore } from './pipelines/build-store';
import { createDefinitionRouter } from './pipelines/definition-routes';
import { createPermissionRouter } from './pipelines/permission-routes';
import { answerPages } from './pages';
import { Permissions } from './pipelines/permissions';
import { createPipelineRouter } from './pipelines/pipeline-routes';
import {
  AgentFunctions,
  AgentSettings,
  RunCoordinator,
} from './pipelines/run-coordinator';
import { createProjectRouter } from './project-routes';
import { createServiceEndpointRouter } from './service-endpoint-routes';
import { OrganizationStore, sameName } from './store/organization-store';
import { checkApiVersion } from './wire/api-version';
import { answerError, projectNotFound, routeNotFound } from './wire/errors';
import { Urls } from './wire/urls';

/** Options of {@link createAzureDevOpsServer}. */
export interface AzureDevOpsServerOptions {
  /** Folder that keeps the organisation, its repositories and runs. */
  folder: string;
  /** Address of the server without a slash at the end, e.g. `https://localhost:7443`. */
  baseUrl: string;
  /** Name of the organisation; default `moorline`. */
  organization?: string;
  /** Name of the project; default `environments-platform`. */
  project?: string;
  /** The personal access token. */
  pat: string;
  tenantId: string;
  subscriptionId: string;
  /** Path of git. */
  git: string;
  /** What the `platform` repository is made from; left out: it stays empty. */
  platform?: PlatformSource;
  agent: AgentFunctions;
  settings: AgentSettings;
}

/** Azure DevOps on one machine. */
export interface AzureDevOpsServer {
  /** To be mounted at `/`: answers only what is under the organisation's name. */
  router: Router;
  /** Address of the organisation. */
  organizationUrl: string;
  /** Ends all runs and waits for their processes. */
  stop(): Promise<void>;
}

const BODY_LIMIT = '50mb';
const PROCESS_ID = randomUUID();

/** Headers that every answer of Azure DevOps has and clients log. */
const stampAnswer: RequestHandler = (_request, response, next) => {
  const id = randomUUID();
  response.set({
    ActivityId: id,
    'X-VSS-E2EID': id,
    'X-TFS-ProcessId': PROCESS_ID,
    'Cache-Control': 'no-cache, no-store, must-revalidate',
  });
  next();
};

/** Opens, or makes, the organisation in a folder and serves it. */
export async function createAzureDevOpsServer(
  options: AzureDevOpsServerOptions,
): Promise<AzureDevOpsServer> {
  const { folder, organization: name = 'moorline' } = options;
  const organization = new OrganizationStore(folder, {
    project: options.project ?? 'environments-platform',
    tenantId: options.tenantId,
    subscriptionId: options.subscriptionId,
    subscriptionName: 'Moorline sandbox',
    serviceConnections: ['moorline-plan', 'moorline-apply'],
  });
  const organizationUrl = `${options.baseUrl}/${name}`;
  const urls = new Urls(organizationUrl, organization);
  const repositories = new RepositoryStore(
    path.join(folder, 'repositories'),
    options.git,
    organization,
  );
  const builds = new BuildStore(path.join(folder, 'runs'));
  const permissions = new Permissions(organization);
  const jobTokens = new JobTokens();
  const idTokens = new IdTokens();
  const runs = new RunCoordinator({
    organization,
    repositories,
    builds,
    permissions,
    urls,
    jobTokens,
    idTokens,
    agent: options.agent,
    settings: options.settings,
  });
  for (const repository of ['platform', 'environments']) {
    if (!organization.findRepository(repository)) {
      await repositories.create(repository);
    }
  }
  if (options.platform) {
    await seedPlatform(repositories, options.platform, organization.user);
  }

  const context: ServerContext = {
    organization,
    repositories,
    builds,
    permissions,
    runs,
    urls,
  };
  const inside = Router();
  inside.use(stampAnswer);
  inside.use(answerPages);
  inside.use(authenticate({ pat: options.pat, jobTokens, organization }));
  inside.use(takeProject(organization));
  // Git reads the body itself, so that is before anything that parses it.
  inside.use('/_git', createGitHttpRouter(context));
  inside.use('/_apis', createDiscoveryRouter());
  inside.use(checkApiVersion);
  inside.use(express.json({ limit: BODY_LIMIT, strict: false }));
  inside.use('/_apis', createProjectRouter(context));
  inside.use('/_apis/git', createGitRouter(context));
  inside.use('/_apis/build/definitions', createDefinitionRouter(context));
  inside.use('/_apis/build/builds', createBuildRouter(context));
  inside.use('/_apis/artifact', createArtifactRouter(context));
  inside.use(
    '/_apis/pipelines/pipelinepermissions',
    createPermissionRouter(context),
  );
  inside.use('/_apis/pipelines', createPipelineRouter(context));
  inside.use(
    '/_apis/distributedtask',
    createDistributedTaskRouter(context, idTokens),
  );
  inside.use('/_apis/serviceendpoint', createServiceEndpointRouter(context));
  inside.use(request => {
    throw routeNotFound(request.originalUrl.split('?')[0]);
  });
  inside.use(answerError);

  const router = Router();
  router.use(`/${name}`, inside);
  const stop = async () => {
    await runs.stop();
    repositories.close();
    organization.flush();
  };
  return { router, organizationUrl, stop };
}

/**
 * `/{project}/_apis/…` becomes `/_apis/…`: there is one project, and much of the API may be asked for without naming it.
 */
function takeProject(organization: OrganizationStore): RequestHandler {
  return (request, _response, next) => {
    const [, first = ''] = request.url.split(/[/?]/);
    if (first && !sameName(first, '_apis', '_git')) {
      const name = decodeURIComponent(first);
      if (!organization.isProject(name)) throw projectNotFound(name);
      request.url = request.url.slice(first.length + 1) || '/';
    }
    next();
  };
}
