import { ConfigReader } from '@backstage/config';
import { createMockDirectory } from '@backstage/backend-test-utils';
import type {
  ActionContext,
  TemplateAction,
} from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { AzureDevOps } from '@moorline/azure-devops';
import { readAzureDevOpsSettings } from '@moorline/azure-devops';
import type { MoorlineClient } from '@moorline/api/client';
import { TRPCClientError } from '@trpc/client';
import { parse } from 'yaml';
import { createCommitAction } from './commit';
import { createEnsurePipelineAction } from './ensurePipeline';
import { createRegisterAction } from './register';
import { createReserveAction } from './reserve';
import { createRunPipelineAction } from './runPipeline';

const config = new ConfigReader({
  moorline: {
    azureDevOps: {
      organizationUrl: 'https://dev.azure.com/contoso',
      project: 'environments platform',
      token: 'very-secret',
      platformVersion: 'v0.1.0',
    },
    azure: { subscriptionId: 'sub-1' },
  },
});
const settings = readAzureDevOpsSettings(config);

const spec = {
  name: 'orders-dev',
  tier: 'prod',
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size: 'small',
  database: 'statefulset',
  services: [
    {
      name: 'orders',
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 2,
      host: 'orders.orders-dev.moorline.localhost',
    },
  ],
};
const placed = { ...spec, addressRange: '10.16.0.0/20' };

describe("Moorline's actions", () => {
  const workspace = createMockDirectory();

  const create = jest.fn();
  const check = jest.fn();
  const record = jest.fn();
  const environments = async () =>
    ({
      environments: { create: { mutate: create }, check: { query: check } },
      runs: { record: { mutate: record } },
    } as unknown as MoorlineClient);

  const teams = async () => ({
    groupObjectId: '00000000-0000-4000-8000-000000000020',
    groupName: 'Orders',
    email: 'orders@example.com',
  });

  const resources = [{ type: 'endpoint', id: '1', name: 'moorline-plan' }];
  const commitFiles = jest.fn();
  const ensurePipeline = jest.fn();
  const ensureResources = jest.fn();
  const authorizePipeline = jest.fn();
  const runPipeline = jest.fn();
  const contexts: { signal?: AbortSignal }[] = [];
  const azureDevOps = {
    commitFiles,
    ensurePipeline,
    ensureResources,
    authorizePipeline,
    runPipeline,
    with: (context: { signal?: AbortSignal }) => {
      contexts.push(context);
      return azureDevOps;
    },
  } as unknown as AzureDevOps;

  const actions: Record<string, TemplateAction<any, any>> = Object.fromEntries(
    [
      createReserveAction({ environments, teams, settings, config }),
      createCommitAction({ azureDevOps, settings }),
      createEnsurePipelineAction({ azureDevOps, settings }),
      createRunPipelineAction({ azureDevOps, settings }),
      createRegisterAction({
        environments,
        appUrl: 'https://portal.example.org/',
      }),
    ].map(action => [action.id, action]),
  );

  beforeEach(() => {
    jest.resetAllMocks();
    contexts.length = 0;
    workspace.setContent({
      'main.tf': 'locals {}\n',
      values: { 'orders.yaml': 'replicas: 2\n' },
    });
    create.mockResolvedValue({ name: spec.name, spec: placed });
    check.mockResolvedValue({
      name: { available: true },
      suggestedRange: '10.32.0.0/20',
      taken: [
        { name: 'orders-dev', addressRange: '10.16.0.0/20' },
        { name: 'shop', addressRange: '10.1.0.0/20' },
      ],
    });
    record.mockResolvedValue({ id: 'run-1' });
    commitFiles.mockResolvedValue({
      commitId: '0123456789012345678901234567890123456789',
      created: true,
    });
    ensurePipeline.mockResolvedValue({ id: 7, created: true });
    ensureResources.mockResolvedValue(resources);
    runPipeline.mockResolvedValue({
      buildId: 42,
      url: 'https://dev.azure.com/contoso/run/42',
      created: true,
    });
  });

  /** Runs an action as the scaffolder does: what a checkpoint returned is not done again. */
  async function act(
    id: string,
    input: object,
    options: {
      isDryRun?: boolean;
      checkpoints?: Map<string, unknown>;
      signal?: AbortSignal;
    } = {},
  ) {
    const output: Record<string, any> = {};
    const logs: string[] = [];
    const checkpoints = options.checkpoints ?? new Map();
    const ctx: ActionContext<any, any> = {
      ...createMockActionContext({ workspacePath: workspace.path }),
      input: input as any,
      isDryRun: options.isDryRun,
      signal: options.signal,
      task: { id: 'task-1' },
      user: { ref: 'user:default/guest' },
      async checkpoint({ key, fn }) {
        if (!checkpoints.has(key)) {
          checkpoints.set(key, JSON.stringify((await fn()) ?? null));
        }
        return JSON.parse(checkpoints.get(key) as string);
      },
      output: (name, value) => {
        output[name as string] = value;
      },
    };
    for (const level of ['info', 'warn'] as const) {
      ctx.logger[level] = ((message: string) => logs.push(message)) as any;
    }
    await actions[id].handler(ctx);
    return { output, logs: logs.join('\n'), checkpoints };
  }

  const inputs: Record<string, object> = {
    'moorline:environment:reserve': { spec },
    'moorline:environment:commit': { environment: 'orders-dev' },
    'moorline:pipeline:ensure': { environment: 'orders-dev' },
    'moorline:pipeline:run': { pipelineId: 7 },
    'moorline:environment:register': {
      environment: 'orders-dev',
      pipelineId: 7,
      buildId: 42,
      url: 'https://dev.azure.com/contoso/run/42',
    },
  };
  const effects = [
    create,
    record,
    commitFiles,
    ensurePipeline,
    ensureResources,
    authorizePipeline,
    runPipeline,
  ];

  it.each(Object.keys(inputs))(
    '%s has its effects once for a task, and says what it did without a secret',
    async id => {
      const { checkpoints, logs } = await act(id, inputs[id]);
      const calls = effects.reduce((sum, e) => sum + e.mock.calls.length, 0);
      expect(calls).toBeGreaterThan(0);
      const effectKeys = [...checkpoints.keys()].filter(
        key => !key.startsWith('asking.'),
      );
      expect(calls).toBe(effectKeys.length);
      expect(logs).not.toBe('');
      expect(logs).not.toContain('very-secret');

      // A retry of the task finds the checkpoints.
      await act(id, inputs[id], { checkpoints });
      expect(effects.reduce((sum, e) => sum + e.mock.calls.length, 0)).toBe(
        calls,
      );
    },
  );

  it.each(Object.keys(inputs))('%s does nothing in a dry run', async id => {
    const { logs, output } = await act(id, inputs[id], { isDryRun: true });
    effects.forEach(effect => expect(effect).not.toHaveBeenCalled());
    expect(logs).toMatch(/^Would /);
    // Later steps find every output that they may ask for.
    const real = await act(id, inputs[id]);
    expect(Object.keys(output).sort()).toEqual(Object.keys(real.output).sort());
  });

  it.each(
    Object.keys(inputs).flatMap(id =>
      actions[id].examples!.map(({ description, example }) => ({
        id,
        description,
        example,
      })),
    ),
  )('$id runs its example: $description', async ({ id, example }) => {
    workspace.addContent({ generated: { 'main.tf': 'locals {}\n' } });
    const [step] = parse(example).steps;
    expect(step.action).toBe(id);
    const earlier: Record<string, unknown> = {
      '${{ steps.pipeline.output.pipelineId }}': 7,
      '${{ steps.run.output.buildId }}': 42,
      '${{ steps.run.output.url }}': 'https://dev.azure.com/contoso/run/42',
    };
    const input = Object.fromEntries(
      Object.entries<any>(step.input).map(([key, value]) => [
        key,
        earlier[value] ?? value,
      ]),
    );
    await act(id, input);
  });

  it.each(Object.keys(inputs))('%s declares what it takes and gives', id => {
    const { schema, description, supportsDryRun } = actions[id];
    expect(supportsDryRun).toBe(true);
    expect(description).toBeTruthy();
    expect(Object.keys(inputs[id])).toEqual(
      expect.arrayContaining(schema!.input!.required as string[]),
    );
  });

  describe('moorline:environment:reserve', () => {
    const id = 'moorline:environment:reserve';

    it('gives the template everything that it generates from', async () => {
      const { output } = await act(id, { spec: { ...spec, addressRange: '' } });
      expect(create).toHaveBeenCalledWith(
        { key: 'task-1', spec },
        expect.anything(),
      );
      expect(output).toEqual({
        environment: { name: 'orders-dev', spec: placed },
        spec: placed,
        platform: {
          organizationUrl: 'https://dev.azure.com/contoso',
          project: 'environments platform',
          repository: 'platform',
          version: 'v0.1.0',
          gitUrl:
            'https://dev.azure.com/contoso/environments%20platform/_git/platform',
          serviceConnections: {
            plan: 'moorline-plan',
            apply: 'moorline-apply',
          },
        },
        azure: { subscriptionId: 'sub-1', stateAccount: 'stmoorlinesub1' },
        derived: {
          folder: 'environments/orders-dev',
          pipeline: 'environment-orders-dev',
          resourceGroup: 'rg-orders-dev',
          cluster: 'aks-orders-dev',
          registry: 'acrordersdev',
          namespace: 'orders-dev',
          vmSize: 'Standard_D2ds_v5',
          minNodes: 3,
          maxNodes: 3,
          database: {
            host: 'psql-orders-dev.postgres.database.azure.com',
            identityPrefix: 'id-orders-dev-',
            backups:
              'https://stordersdev.blob.core.windows.net/database-backups',
          },
        },
        terraform: {
          name: 'orders-dev',
          tier: 'prod',
          owner: 'group:default/team-orders',
          location: 'westeurope',
          size: 'small',
          address_range: '10.16.0.0/20',
          taken_address_ranges: ['10.1.0.0/20'],
          team: {
            group_object_id: '00000000-0000-4000-8000-000000000020',
            group_name: 'Orders',
            email: 'orders@example.com',
          },
          workloads: {
            postgres: { service_account: 'postgres', writes_backups: true },
          },
        },
      });
    });

    it('names the wrong fields before it asks anybody', async () => {
      await expect(
        act(id, { spec: { ...spec, region: 'atlantis', size: 'huge' } }),
      ).rejects.toThrow(/region: "atlantis"[^]*size: "huge"/);
      expect(create).not.toHaveBeenCalled();
    });

    it('refuses in a dry run what could not be placed', async () => {
      check.mockResolvedValue({ name: { available: true }, taken: [] });
      await expect(act(id, { spec }, { isDryRun: true })).rejects.toThrow(
        /^addressRange: every range is in use; retire/,
      );
    });

    it("passes on the API's refusal of a taken name", async () => {
      create.mockRejectedValue(
        TRPCClientError.from({
          error: {
            code: -32009,
            message: 'spec.name: orders-dev is taken; choose another name',
            data: { code: 'CONFLICT' },
          },
        } as any),
      );
      await expect(act(id, { spec })).rejects.toMatchObject({
        name: 'InputError',
        message: 'spec.name: orders-dev is taken; choose another name',
      });
    });

    it('tells of a taken name in a dry run', async () => {
      check.mockResolvedValue({
        name: { available: false, reason: 'name: orders-dev is taken' },
        taken: [],
      });
      await expect(act(id, { spec }, { isDryRun: true })).rejects.toThrow(
        'name: orders-dev is taken',
      );
    });
  });

  describe('moorline:environment:commit', () => {
    const id = 'moorline:environment:commit';

    it('commits the workspace to the folder of the environment', async () => {
      const { output } = await act(id, { environment: 'orders-dev' });
      expect(commitFiles).toHaveBeenCalledWith({
        repository: 'environments',
        branch: 'main',
        key: 'task-1',
        message:
          'Create environment orders-dev\n\nRequested by user:default/guest in Moorline.',
        files: [
          {
            path: 'environments/orders-dev/main.tf',
            content: Buffer.from('locals {}\n'),
          },
          {
            path: 'environments/orders-dev/values/orders.yaml',
            content: Buffer.from('replicas: 2\n'),
          },
        ],
      });
      expect(output.url).toBe(
        'https://dev.azure.com/contoso/environments%20platform/_git/environments?path=%2Fenvironments%2Forders-dev&version=GBmain',
      );
    });

    it('refuses an empty workspace and a path out of it', async () => {
      workspace.setContent({});
      await expect(act(id, { environment: 'orders-dev' })).rejects.toThrow(
        /no files/,
      );
      await expect(
        act(id, { environment: 'orders-dev', sourcePath: '../..' }),
      ).rejects.toThrow(/not allowed/i);
    });
  });

  it('moorline:pipeline:ensure authorises the pipeline for all that its first run uses', async () => {
    await act('moorline:pipeline:ensure', { environment: 'orders-dev' });
    expect(ensurePipeline).toHaveBeenCalledWith({
      name: 'environment-orders-dev',
      folder: 'environments',
      repository: 'environments',
      yamlPath: 'environments/orders-dev/azure-pipelines.yml',
    });
    expect(ensureResources).toHaveBeenCalledWith({
      endpoints: ['moorline-plan', 'moorline-apply'],
      repositories: ['platform'],
      environments: ['orders-dev'],
    });
    expect(authorizePipeline).toHaveBeenCalledWith({
      pipelineId: 7,
      resources,
    });
  });

  it('moorline:pipeline:run queues with the task as its key and can be cancelled', async () => {
    const { signal } = new AbortController();
    await act(
      'moorline:pipeline:run',
      { pipelineId: 7, parameters: { reason: 'because' } },
      { signal },
    );
    expect(runPipeline).toHaveBeenCalledWith({
      pipelineId: 7,
      key: 'task-1',
      branch: 'main',
      isNewKey: true,
      templateParameters: { reason: 'because' },
    });
    expect(contexts).toHaveLength(1);
    expect(contexts[0].signal).toBe(signal);
  });

  it('moorline:pipeline:run looks for its run when it asked before', async () => {
    const id = 'moorline:pipeline:run';
    const checkpoints = new Map();
    runPipeline.mockRejectedValueOnce(new Error('cut off'));
    await expect(act(id, inputs[id], { checkpoints })).rejects.toThrow();
    await act(id, inputs[id], { checkpoints });
    expect(runPipeline.mock.calls.map(([{ isNewKey }]) => isNewKey)).toEqual([
      true,
      false,
    ]);
  });

  it('moorline:environment:register links to the page of the environment', async () => {
    const { output } = await act(
      'moorline:environment:register',
      inputs['moorline:environment:register'],
    );
    expect(output).toEqual({
      runId: 'run-1',
      entityRef: 'resource:default/orders-dev',
      environmentUrl:
        'https://portal.example.org/catalog/default/resource/orders-dev',
      runUrl: 'https://dev.azure.com/contoso/run/42',
    });
  });
});
