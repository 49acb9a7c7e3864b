import express from 'express';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { expandPipeline, runPipeline, ToolPaths } from './agent';
import {
  AgentFunctions,
  createAzureDevOpsServer,
  PlatformSource,
} from './azure-devops';
import { ensureServerIdentity } from './certificate-authority';
import { ensureCredentials, SandboxCredentials } from './credentials';
import { readJsonFile } from './files';
import { findProgram } from './find-program';
import {
  createAdminRouter,
  FaultInjector,
  listenHttps,
  RequestLog,
} from './http';
import { createKubelets, KubeletsOptions, whyNoContainers } from './kubelet';
import {
  ClusterDirectory,
  ClustersOptions,
  createClusters,
  Pull,
} from './kubernetes';
import { HttpGateway } from './network';
import { createRegistries, ImageAnswer, Registries } from './registry';
import { createResourceManager } from './resource-manager';
import { ResourceStore } from './resources';
import { startProvider } from './terraform';

/** Subscription that everything in the sandbox's Azure is in. */
export const SUBSCRIPTION_ID = '00000000-0000-4000-8000-000000000001';
/** Entra tenant of the subscription. */
export const TENANT_ID = '00000000-0000-4000-8000-0000000000aa';

/** Options of {@link startSandbox}; all may be left out. */
export interface SandboxOptions {
  /** Port on the loopback interface; default 0: any free one. */
  port?: number;
  /** Folder that keeps everything; default: a temporary one, deleted by `stop`. */
  data?: string;
  /** Root of this repository, whose `infra` and `charts` become the `platform` repository; left out: it stays empty. */
  platform?: string;
  /** Programs to use; default: those on PATH. */
  tools?: Partial<ToolPaths>;
  /** Rooms to leave out, where a test needs them not. */
  without?: 'terraform'[];
  /** Runs the pods of clusters as processes of this machine; otherwise their states are guessed. */
  runPods?: boolean;
  /** Port of the gateway to what pods serve, where they run; default 0: any free one. */
  gatewayPort?: number;
  /** What reads and runs pipelines; default: the agent. */
  agent?: AgentFunctions;
  /** Pipeline runs at once; default 2. */
  parallelRuns?: number;
}

/** A running sandbox. */
export interface Sandbox extends SandboxCredentials {
  /** E.g. `https://localhost:7443`. */
  url: string;
  /** Address of the Azure DevOps organisation. */
  organizationUrl: string;
  subscriptionId: string;
  tenantId: string;
  /** Where the routes of clusters answer, by the name that a request says: `http://localhost:7080`; where pods run. */
  gatewayUrl?: string;
  /** Folder that keeps everything. */
  data: string;
  /** What exists in the sandbox's Azure. */
  resources: ResourceStore;
  /** The clusters of what exists. */
  clusters: ClusterDirectory;
  /** The registries of what exists. */
  registries: Registries;
  /** Makes requests fail on purpose. */
  faults: FaultInjector;
  /** Counts requests. */
  requests: RequestLog;
  /** Ends runs, children and connections; nothing is left behind. */
  stop(): Promise<void>;
}

/**
 * Starts Azure on one machine: Azure DevOps, and what its pipelines make.
 * @throws PortBusyError when the port is taken; Error when git is missing
 */
export async function startSandbox(
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const cleanUp: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    return { ...(await start(options, cleanUp)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: SandboxOptions,
  cleanUp: (() => Promise<void> | void)[],
): Promise<Omit<Sandbox, 'stop'>> {
  const tools = findTools(options.tools);
  let { data } = options;
  if (!data) {
    const temporary = mkdtempSync(
      path.join(realpathSync(tmpdir()), 'moorline-sandbox-'),
    );
    data = temporary;
    cleanUp.push(() => rmSync(temporary, { recursive: true, force: true }));
  }
  data = path.resolve(data);

  const identity = await ensureServerIdentity({
    folder: path.join(data, 'ca'),
  });
  const faults = new FaultInjector('^/moorline/');
  const requests = new RequestLog();
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  // The port comes first: rooms name their addresses by it, and a busy one must be told before anything is touched.
  const server = await listenHttps({
    port: options.port ?? 0,
    key: identity.key,
    certificate: identity.certificate,
    handler: app,
  });
  cleanUp.push(() => server.stop());
  const url = `https://localhost:${server.port}`;
  const credentials = ensureCredentials(data, {
    caFile: identity.caFile,
    caBundleFile: identity.caBundleFile,
  });

  const resources = new ResourceStore({
    folder: path.join(data, 'resources'),
  });
  const provider = options.without?.includes('terraform')
    ? undefined
    : await startProvider({
        resources,
        subscriptionId: SUBSCRIPTION_ID,
        tenantId: TENANT_ID,
      });
  cleanUp.push(() => provider?.stop());

  const registries = createRegistries({
    resources,
    folder: path.join(data, 'registry'),
    baseUrl: url,
    armToken: credentials.armToken,
  });
  cleanUp.push(() => registries.stop());

  const onError = (what: string, error: unknown) => {
    // eslint-disable-next-line no-console
    console.error(`sandbox: ${what}:`, error);
  };
  const { gateway, ...forClusters } = await podRunner(options, {
    folder: data,
    resources,
    registries,
    onError,
  });
  cleanUp.push(() => gateway?.stop());
  const clusters = createClusters({
    resources,
    baseUrl: url,
    caPem: identity.authority,
    dataFolder: path.join(data, 'clusters'),
    findImage: (name, puller) => nodeImage(registries.image(name, puller)),
    onError,
    ...forClusters,
  });
  cleanUp.push(() => clusters.stop());

  const azureDevOps = await createAzureDevOpsServer({
    folder: path.join(data, 'azure-devops'),
    baseUrl: url,
    pat: credentials.pat,
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    git: tools.git,
    platform: options.platform ? platformOf(options.platform) : undefined,
    agent: options.agent ?? { expandPipeline, runPipeline },
    settings: {
      tools,
      environment: {
        ...certificateEnvironment(credentials.caBundleFile),
        // Terraform need not ask the internet for its latest version.
        CHECKPOINT_DISABLE: '1',
        ...(provider && { TF_REATTACH_PROVIDERS: provider.reattach }),
      },
      workFolder: path.join(data, 'work'),
      terraformStateFolder: path.join(data, 'terraform-state'),
      kubeconfig: (resourceGroup, cluster) =>
        clusters.kubeconfig(resourceGroup, cluster),
      parallelRuns: options.parallelRuns,
    },
  });
  cleanUp.push(() => azureDevOps.stop());

  app.use(requests.handler);
  app.use(faults.handler);
  app.use(azureDevOps.router);
  app.use(clusters.router);
  app.use(registries.router);
  app.use(
    createResourceManager({
      resources,
      clusters,
      subscriptionId: SUBSCRIPTION_ID,
      tenantId: TENANT_ID,
      token: credentials.armToken,
      adminToken: credentials.adminToken,
    }),
  );
  app.use(
    '/_sandbox',
    createAdminRouter({ token: credentials.adminToken, faults, requests }),
  );
  app.use((_request, response) => {
    response.status(404).json({ message: 'the sandbox serves nothing here' });
  });

  return {
    ...credentials,
    url,
    organizationUrl: azureDevOps.organizationUrl,
    subscriptionId: SUBSCRIPTION_ID,
    tenantId: TENANT_ID,
    gatewayUrl: gateway && `http://localhost:${gateway.port}`,
    data,
    resources,
    clusters,
    registries,
    faults,
    requests,
  };
}

/** What runs the pods of clusters; or why they cannot run on this machine; or neither, where that is not asked for. */
async function podRunner(
  { runPods, gatewayPort = 0 }: SandboxOptions,
  {
    resources,
    ...rest
  }: Omit<KubeletsOptions, 'clusters' | 'gateway'> & {
    resources: ResourceStore;
  },
): Promise<
  Pick<ClustersOptions, 'kubelet' | 'whyNoPods'> & { gateway?: HttpGateway }
> {
  if (!runPods) return {};
  const whyNoPods = whyNoContainers();
  if (whyNoPods) return { whyNoPods };
  const gateway = new HttpGateway();
  await gateway.listen(gatewayPort);
  const clusters = resources.list('azurerm_kubernetes_cluster');
  return { gateway, kubelet: createKubelets({ ...rest, clusters, gateway }) };
}

function findTools(given: Partial<ToolPaths> = {}): ToolPaths {
  const git = given.git ?? findProgram('git');
  if (!git)
    throw new Error('git was not found: install it, or name it by --git');
  const find = (name: 'terraform' | 'helm' | 'kubectl' | 'az') =>
    given[name] ?? findProgram(name);
  return {
    git,
    terraform: find('terraform'),
    helm: find('helm'),
    kubectl: find('kubectl'),
    az: find('az'),
  };
}

/** An image of a registry, as nodes know images. */
function nodeImage(answer: ImageAnswer | undefined): Pull | undefined {
  if (!answer?.image) return answer;
  const { name, digest, sizeBytes, config } = answer.image;
  const [user = ''] = (config.config?.User ?? '').split(':');
  return {
    image: {
      name,
      digest,
      sizeBytes,
      user: /^\d*$/.test(user) ? Number(user) : user,
      log: [],
    },
  };
}

/** What makes programs trust the sandbox: Node, git, and what is built on OpenSSL or Go. */
function certificateEnvironment(bundle: string): Record<string, string> {
  return {
    NODE_EXTRA_CA_CERTS: bundle,
    SSL_CERT_FILE: bundle,
    GIT_SSL_CAINFO: bundle,
    CURL_CA_BUNDLE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
  };
}

function platformOf(root: string): PlatformSource {
  const file = path.join(root, 'package.json');
  const { version } = readJsonFile<{ version?: string }>(file) ?? {};
  if (!version) {
    throw new Error(
      `${file} has no version: name the root of this repository by --platform`,
    );
  }
  if (!existsSync(path.join(root, 'infra'))) {
    throw new Error(
      `${root} has no infra folder: name the root of this repository by --platform`,
    );
  }
  return { root, folders: ['infra', 'charts'], tag: `v${version}` };
}
