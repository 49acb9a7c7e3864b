import { startSandbox } from '@moorline/sandbox';
import type { Sandbox } from '@moorline/sandbox';
import { createAzureDevOps } from '../azureDevOps';
import type { AzureDevOps } from '../azureDevOps';
import { Connection } from '../connection';
import type { AzureDevOpsOptions } from '../options';
import type { List } from '../wire';

/** A pipeline that says hello. */
export const YAML = `trigger: none
parameters:
  - name: requestKey
    type: string
    default: ''
steps:
  - bash: |
      echo "first line"
      echo "second line"
    displayName: Say hello
`;

/** A project of a real sandbox, for tests: makes environments by a client, and counts behind its back. */
export class EnvironmentsProject {
  /** Requests of the clients made by {@link connect}: method and path. */
  paths: string[] = [];
  private readonly clients: AzureDevOps[] = [];
  private readonly raw: Connection;

  private constructor(readonly sandbox: Sandbox) {
    this.raw = Connection.open({ ...this.options(), onRequest: undefined });
  }

  static async start(): Promise<EnvironmentsProject> {
    return new EnvironmentsProject(
      await startSandbox({ without: ['terraform'] }),
    );
  }

  async stop(): Promise<void> {
    this.clients.forEach(client => client.close());
    this.raw.close();
    await this.sandbox.stop();
  }

  /** A client that knows nothing yet. */
  connect(options: Partial<AzureDevOpsOptions> = {}): AzureDevOps {
    const client = createAzureDevOps({ ...this.options(), ...options });
    this.clients.push(client);
    return client;
  }

  private options(): AzureDevOpsOptions {
    return {
      organizationUrl: this.sandbox.organizationUrl,
      project: 'environments-platform',
      token: this.sandbox.pat,
      caFile: this.sandbox.caFile,
      retry: { attempts: 5, baseDelayMs: 20 },
      onRequest: ({ method, path }) => this.paths.push(`${method} ${path}`),
    };
  }

  commit(client: AzureDevOps, name: string, yaml = YAML) {
    return client.commitFiles({
      repository: 'environments',
      branch: 'main',
      message: `Create environment ${name}`,
      key: `task-${name}`,
      files: [
        { path: `environments/${name}/azure-pipelines.yml`, content: yaml },
        { path: `environments/${name}/values/api.yaml`, content: 'a: ä\r\n' },
      ],
    });
  }

  ensure(client: AzureDevOps, name: string) {
    return client.ensurePipeline({
      name: `environment-${name}`,
      folder: 'environments',
      repository: 'environments',
      yamlPath: `environments/${name}/azure-pipelines.yml`,
    });
  }

  async authorize(client: AzureDevOps, name: string, pipelineId: number) {
    const resources = await client.ensureResources({
      endpoints: ['moorline-plan', 'moorline-apply'],
      repositories: ['platform'],
      environments: [name],
    });
    return client.authorizePipeline({ pipelineId, resources });
  }

  run(client: AzureDevOps, name: string, pipelineId: number) {
    const key = `task-${name}`;
    return client.runPipeline({ pipelineId, key, branch: 'main' });
  }

  /** Waits until a run is over; its last state. */
  async finished(client: AzureDevOps, buildId: number) {
    for (;;) {
      const { state } = await client.getRun(buildId);
      if (state !== 'queued' && state !== 'running') return state;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  commitsOf(name: string) {
    return this.read<{ commitId: string }>(
      'git/repositories/environments/commits',
      {
        'searchCriteria.itemPath': `/environments/${name}`,
        'searchCriteria.itemVersion.version': 'main',
      },
    );
  }

  pipelinesOf(name: string) {
    return this.read<{ id: number }>('build/definitions', {
      name: `environment-${name}`,
    });
  }

  environmentsOf(name: string) {
    return this.read<{ id: number }>('distributedtask/environments', { name });
  }

  runsOf(pipelineId: number) {
    return this.read<{ id: number }>('build/builds', {
      definitions: String(pipelineId),
    });
  }

  private async read<T>(path: string, query: Record<string, string>) {
    const { value } = await this.raw.sendForBody<List<T>>({
      method: 'GET',
      path,
      query,
      idempotent: true,
      what: 'check',
      needs: 'nothing',
      thing: path,
    });
    return value;
  }
}
