import { startSandbox } from '@moorline/sandbox';
import type { Fault, Sandbox } from '@moorline/sandbox';
import { createAzureDevOps } from './azureDevOps';
import type { AzureDevOps } from './azureDevOps';
import { Connection } from './connection';
import { AzureDevOpsError } from './errors';
import type { AzureDevOpsOptions } from './options';
import type { List } from './wire';

jest.setTimeout(120_000);

const PROJECT = 'environments-platform';
const YAML = `trigger: none
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

describe('Azure DevOps', () => {
  let sandbox: Sandbox;
  let azureDevOps: AzureDevOps;
  let raw: Connection;
  let paths: string[];

  const options = (): AzureDevOpsOptions => ({
    organizationUrl: sandbox.organizationUrl,
    project: PROJECT,
    token: sandbox.pat,
    caFile: sandbox.caFile,
    retry: { attempts: 5, baseDelayMs: 20 },
    onRequest: ({ method, path }) => paths.push(`${method} ${path}`),
  });

  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    azureDevOps = createAzureDevOps(options());
    raw = Connection.open({ ...options(), onRequest: undefined });
  });

  afterAll(async () => {
    azureDevOps?.close();
    raw?.close();
    await sandbox?.stop();
  });

  beforeEach(() => {
    paths = [];
    sandbox.faults.clear();
  });

  const read = async <T>(path: string, query?: Record<string, string>) => {
    const { value } = await raw.sendForBody<List<T>>({
      method: 'GET',
      path,
      query,
      idempotent: true,
      what: 'check',
      needs: 'nothing',
      thing: path,
    });
    return value;
  };

  const commitsOf = (name: string) =>
    read<{ commitId: string; comment: string }>(
      'git/repositories/environments/commits',
      {
        'searchCriteria.itemPath': `/environments/${name}`,
        'searchCriteria.itemVersion.version': 'main',
      },
    );
  const pipelinesOf = (name: string) =>
    read<{ id: number }>('build/definitions', { name: `environment-${name}` });
  const runsOf = (pipelineId: number) =>
    read<{ id: number }>('build/builds', { definitions: String(pipelineId) });

  const commit = (name: string, yaml = YAML, client = azureDevOps) =>
    client.commitFiles({
      repository: 'environments',
      branch: 'main',
      message: `Create environment ${name}`,
      key: `task-${name}`,
      files: [
        { path: `environments/${name}/azure-pipelines.yml`, content: yaml },
        { path: `environments/${name}/values/api.yaml`, content: 'a: ä\r\n' },
      ],
    });
  const ensure = (name: string) =>
    azureDevOps.ensurePipeline({
      name: `environment-${name}`,
      folder: 'environments',
      repository: 'environments',
      yamlPath: `environments/${name}/azure-pipelines.yml`,
    });
  const authorize = async (name: string, pipelineId: number) =>
    azureDevOps.authorizePipeline({
      pipelineId,
      resources: await azureDevOps.ensureResources({
        endpoints: ['moorline-plan', 'moorline-apply'],
        repositories: ['platform'],
        environments: [name],
      }),
    });
  const run = (name: string, pipelineId: number) =>
    azureDevOps.runPipeline({
      pipelineId,
      key: `task-${name}`,
      branch: 'main',
    });

  it('makes a first environment with at most 12 requests, and no more when asked again', async () => {
    const make = async () => {
      const committed = await commit('first');
      const pipeline = await ensure('first');
      await authorize('first', pipeline.id);
      return { committed, pipeline, run: await run('first', pipeline.id) };
    };
    const made = await make();
    expect(paths.length).toBeLessThanOrEqual(12);
    expect(made).toEqual({
      committed: {
        commitId: expect.stringMatching(/^[0-9a-f]{40}$/),
        created: true,
      },
      pipeline: { id: expect.any(Number), created: true },
      run: {
        buildId: expect.any(Number),
        url: expect.stringMatching(/^https:.*buildId=\d+/),
        created: true,
      },
    });

    // The repository was empty: the next one costs no more.
    paths = [];
    await commit('second');
    const { id } = await ensure('second');
    await authorize('second', id);
    await run('second', id);
    expect(paths.length).toBeLessThanOrEqual(12);

    const again = await make();
    expect(again).toEqual({
      committed: { commitId: expect.any(String), created: false },
      pipeline: { ...made.pipeline, created: false },
      run: { ...made.run, created: false },
    });
    expect(await commitsOf('first')).toHaveLength(1);
    expect(await runsOf(made.pipeline.id)).toHaveLength(1);
  });

  it('follows a run to its end', async () => {
    await commit('followed');
    const { id } = await ensure('followed');
    const { buildId } = await run('followed', id);
    let state = 'queued';
    while (state === 'queued' || state === 'running') {
      ({ state } = await azureDevOps.getRun(buildId));
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(await azureDevOps.getRun(buildId)).toMatchObject({
      buildId,
      pipelineId: id,
      state: 'succeeded',
      problems: [],
      queuedAt: expect.any(String),
      finishedAt: expect.any(String),
    });

    const [stage] = await azureDevOps.getTimeline(buildId);
    expect(stage.state).toBe('succeeded');
    const step = stage.jobs[0].steps.find(({ name }) => name === 'Say hello')!;
    expect(step).toMatchObject({ state: 'succeeded', errors: [] });

    const log = await azureDevOps.getLog(buildId, step.logId!);
    const first = log.lines.findIndex(line => line.endsWith('first line'));
    expect(log.next).toBe(log.lines.length);
    const rest = await azureDevOps.getLog(buildId, step.logId!, first + 1);
    expect(rest.lines).toEqual(log.lines.slice(first + 1));
    expect(await azureDevOps.getLog(buildId, step.logId!, log.next)).toEqual({
      lines: [],
      next: log.next,
    });
  });

  it('cancels a run', async () => {
    await commit(
      'cancelled',
      YAML.replace('echo "first', 'sleep 60\n      echo "first'),
    );
    const { id } = await ensure('cancelled');
    const { buildId } = await run('cancelled', id);
    await azureDevOps.cancelRun(buildId);
    let state = 'queued';
    while (state === 'queued' || state === 'running') {
      ({ state } = await azureDevOps.getRun(buildId));
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(state).toBe('canceled');
  });

  describe('in trouble', () => {
    const steps = {
      commit: { method: 'POST', path: '/pushes' },
      ensure: { method: 'POST', path: '/_apis/pipelines\\?' },
      authorize: { method: 'PATCH', path: '/pipelinepermissions' },
      environment: { method: 'POST', path: '/distributedtask/environments' },
      run: { method: 'POST', path: '/runs' },
    };
    const passing: [string, Omit<Fault, 'path'>][] = [
      ['429 with Retry-After', { kind: 429, times: 2, retryAfter: 0.2 }],
      ['503 with Retry-After', { kind: 503, retryAfter: 0.2 }],
      ['500', { kind: 500, times: 2 }],
      ['a connection cut before', { kind: 'cut', times: 2 }],
      ['a connection cut after it was done', { kind: 'cut', afterwards: true }],
    ];
    const lasting: [string, Omit<Fault, 'path'>, RegExp][] = [
      ['401', { kind: 401, times: 1 }, /create a personal access token/],
      ['403', { kind: 403, times: 1 }, /Give it the scope/],
      ['500 that lasts', { kind: 500, times: 5 }, /failed \(500\)/],
      ['a dead line', { kind: 'cut', times: 5 }, /connection to .* broke/],
    ];

    /** Does all up to and with the step; faults hit the step only. */
    async function upTo(step: keyof typeof steps, name: string) {
      await commit(name);
      if (step === 'commit') return;
      const { id } = await ensure(name);
      if (step !== 'ensure') await authorize(name, id);
      if (step === 'run') await run(name, id);
    }

    async function expectOneOfEach(step: keyof typeof steps, name: string) {
      expect(await commitsOf(name)).toHaveLength(1);
      const pipelines = await pipelinesOf(name);
      expect(pipelines).toHaveLength(step === 'commit' ? 0 : 1);
      if (step === 'run') {
        expect(await runsOf(pipelines[0].id)).toHaveLength(1);
      }
    }

    const all = Object.keys(steps) as (keyof typeof steps)[];
    let count = 0;

    it.each(all.flatMap(step => passing.map(row => [step, ...row] as const)))(
      '%s passes through %s by itself, once',
      async (step, _, fault) => {
        const name = `passing-${++count}`;
        sandbox.faults.add({ ...fault, ...steps[step] });
        await upTo(step, name);
        expect(sandbox.faults.pending()).toEqual([]);
        await expectOneOfEach(step, name);
      },
    );

    it.each(all.flatMap(step => lasting.map(row => [step, ...row] as const)))(
      '%s explains %s, and a retry finishes the work once',
      async (step, _, fault, message) => {
        const name = `lasting-${++count}`;
        sandbox.faults.add({ ...fault, ...steps[step] });
        const failed = upTo(step, name);
        await expect(failed).rejects.toThrow(AzureDevOpsError);
        await expect(failed).rejects.toThrow(message);
        expect(sandbox.faults.pending()).toEqual([]);
        await upTo(step, name);
        await expectOneOfEach(step, name);
      },
    );

    it.each(['refs', 'items', 'definitions', 'endpoints', 'builds'])(
      'reads %s again after a cut connection and a 500',
      async path => {
        const name = `reads-${++count}`;
        sandbox.faults.add({ kind: 'cut', method: 'GET', path: `/${path}` });
        sandbox.faults.add({ kind: 500, method: 'GET', path: `/${path}` });
        // A new client knows nothing yet.
        const known = azureDevOps;
        azureDevOps = createAzureDevOps(options());
        try {
          await upTo('run', name);
          await authorize(name, (await ensure(name)).id);
        } finally {
          azureDevOps.close();
          azureDevOps = known;
        }
        expect(sandbox.faults.pending()).toEqual([]);
        await expectOneOfEach('run', name);
      },
    );

    it('lets two portals commit at the same time', async () => {
      const other = createAzureDevOps(options());
      const names = [1, 2, 3, 4, 5, 6].map(n => `crowd-${n}`);
      try {
        await Promise.all(
          names.map((name, i) =>
            commit(name, YAML, i % 2 ? other : azureDevOps),
          ),
        );
      } finally {
        other.close();
      }
      for (const name of names) {
        expect(await commitsOf(name)).toHaveLength(1);
      }
    });

    it('leaves what people changed after its commit alone', async () => {
      const { commitId } = await commit('edited');
      await azureDevOps.commitFiles({
        repository: 'environments',
        branch: 'main',
        message: 'Use larger nodes',
        key: 'somebody',
        files: [{ path: 'environments/edited/values/api.yaml', content: 'b' }],
      });
      expect(await commit('edited')).toEqual({ commitId, created: false });
      expect(await commitsOf('edited')).toHaveLength(2);
    });

    it('says which line of a pipeline is wrong', async () => {
      await commit('broken', `${YAML}  - nonsense: true\n`);
      const { id } = await ensure('broken');
      await expect(run('broken', id)).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringMatching(/azure-pipelines\.yml.*\(Line: 11/),
      });
      expect(await runsOf(id)).toEqual([]);
    });

    it.each([
      [
        'a repository',
        () =>
          azureDevOps.commitFiles({
            repository: 'none',
            branch: 'main',
            message: 'x',
            key: 'x',
            files: [{ path: 'x', content: '' }],
          }),
        /no repository "none"/,
      ],
      [
        'the repository of a pipeline',
        () =>
          azureDevOps.ensurePipeline({
            name: 'x',
            repository: 'none',
            yamlPath: 'x.yml',
          }),
        /no repository "none".*create it/,
      ],
      [
        'a service connection',
        () => azureDevOps.ensureResources({ endpoints: ['none'] }),
        /no service connection "none".*Project settings/,
      ],
      [
        'a pipeline',
        () => azureDevOps.runPipeline({ pipelineId: 4711, key: 'x' }),
        /no pipeline 4711|4711/,
      ],
      ['a run', () => azureDevOps.getRun(4711), /no run 4711/],
    ])('names %s that is not there', async (_, call, message) => {
      await expect(call()).rejects.toMatchObject({
        code: 'notFound',
        message: expect.stringMatching(message),
      });
    });

    it('does not take a pipeline that runs another file', async () => {
      await commit('taken');
      await ensure('taken');
      await expect(
        azureDevOps.ensurePipeline({
          name: 'environment-taken',
          folder: 'environments',
          repository: 'environments',
          yamlPath: 'environments/other/azure-pipelines.yml',
        }),
      ).rejects.toThrow(/rename or delete it/);
    });

    it('names a project that is not there', async () => {
      const other = createAzureDevOps({ ...options(), project: 'elsewhere' });
      await expect(other.getRun(1)).rejects.toThrow(
        /no project "elsewhere".*moorline.azureDevOps.project/,
      );
      other.close();
    });

    it('explains a wrong token and an unknown authority', async () => {
      const stranger = createAzureDevOps({ ...options(), token: 'wrong' });
      await expect(stranger.getRun(1)).rejects.toMatchObject({
        code: 'unauthorized',
      });
      stranger.close();
      const distrustful = createAzureDevOps({
        ...options(),
        caFile: undefined,
      });
      await expect(distrustful.getRun(1)).rejects.toThrow(
        /not trusted.*NODE_EXTRA_CA_CERTS/,
      );
      distrustful.close();
    });
  });
});
