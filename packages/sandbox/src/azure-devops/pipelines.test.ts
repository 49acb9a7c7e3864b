import { getPersonalAccessTokenHandler, WebApi } from 'azure-devops-node-api';
import type { IBuildApi } from 'azure-devops-node-api/BuildApi';
import type { IGitApi } from 'azure-devops-node-api/GitApi';
import {
  Build,
  BuildResult,
  BuildStatus,
  TimelineRecord,
  TimelineRecordState,
} from 'azure-devops-node-api/interfaces/BuildInterfaces';
import {
  ConfigurationType,
  CreatePipelineParameters,
  RunResult,
} from 'azure-devops-node-api/interfaces/PipelinesInterfaces';
import type { IPipelinesApi } from 'azure-devops-node-api/PipelinesApi';
import { setTimeout as wait } from 'timers/promises';
import { Sandbox, startSandbox } from '../sandbox';
import { trustAuthority } from '../trust';

const PROJECT = 'environments-platform';
const ZERO = '0'.repeat(40);

const HELLO = `
trigger: none
name: hello-$(Rev:r)
parameters:
  - name: who
    type: string
    default: world
pool:
  vmImage: ubuntu-latest
stages:
  - stage: one
    jobs:
      - job: greet
        steps:
          - checkout: self
          - bash: |
              echo hello \${{ parameters.who }}
              echo "##vso[build.addbuildtag]greeted"
              ls
            displayName: Greet
  - stage: two
    jobs:
      - job: last
        steps:
          - checkout: none
          - bash: echo bye
`;
const SLOW = `
trigger: none
steps:
  - checkout: none
  - bash: |
      echo begins
      sleep 60
    displayName: Sleep
`;
const PROTECTED = `
trigger: none
resources:
  repositories:
    - repository: shared
      type: git
      name: ${PROJECT}/shared
jobs:
  - deployment: ship
    environment: shop
    strategy:
      runOnce:
        deploy:
          steps:
            - checkout: shared
            - bash: |
                cat hello.txt
                git -c http.extraheader="Authorization: bearer $TOKEN" ls-remote $(System.CollectionUri)${PROJECT}/_git/shared > /dev/null && echo shared is reached
                git -c http.extraheader="Authorization: bearer $TOKEN" ls-remote $(System.CollectionUri)${PROJECT}/_git/other || echo other is not reached
              env:
                TOKEN: $(System.AccessToken)
`;

jest.setTimeout(60_000);

describe('pipelines', () => {
  let sandbox: Sandbox;
  let builds: IBuildApi;
  let pipelines: IPipelinesApi;
  let git: IGitApi;

  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    trustAuthority(sandbox.caFile);
    const api = new WebApi(
      sandbox.organizationUrl,
      getPersonalAccessTokenHandler(sandbox.pat),
    );
    builds = await api.getBuildApi();
    pipelines = await api.getPipelinesApi();
    git = await api.getGitApi();
    await commit('environments', {
      'hello.yml': HELLO,
      'slow.yml': SLOW,
      'protected.yml': PROTECTED,
      'broken.yml': 'steps:\n  - bsh: echo\n',
    });
    for (const name of ['shared', 'other']) {
      await git.createRepository({ name }, PROJECT);
      await commit(name, { 'hello.txt': `I am ${name}\n` });
    }
  });
  afterAll(() => sandbox.stop());

  async function commit(repository: string, files: Record<string, string>) {
    await git.createPush(
      {
        refUpdates: [{ name: 'refs/heads/main', oldObjectId: ZERO }],
        commits: [
          {
            comment: 'First',
            changes: Object.entries(files).map(([file, content]) => ({
              changeType: 1,
              item: { path: `/${file}` },
              newContent: { content, contentType: 0 },
            })),
          },
        ],
      },
      repository,
      PROJECT,
    );
  }
  const create = async (name: string, file: string, folder = '/tests') => {
    const { id } = await git.getRepository('environments', PROJECT);
    const parameters = {
      name,
      folder,
      configuration: {
        type: ConfigurationType.Yaml,
        path: `/${file}`,
        repository: { id, type: 'azureReposGit' },
      },
    } as CreatePipelineParameters;
    return pipelines.createPipeline(parameters, PROJECT);
  };
  const until = async (
    id: number,
    condition: (build: Build, records: TimelineRecord[]) => unknown,
  ) => {
    for (;;) {
      const [build, timeline] = await Promise.all([
        builds.getBuild(PROJECT, id),
        builds.getBuildTimeline(PROJECT, id),
      ]);
      const records = timeline.records ?? [];
      if (condition(build, records)) return { build, records };
      await wait(50);
    }
  };
  const ended = (id: number) =>
    until(id, ({ status }) => status === BuildStatus.Completed);
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(
      `${sandbox.organizationUrl}/${PROJECT}/_apis/${path}`,
      {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`:${sandbox.pat}`).toString(
            'base64',
          )}`,
          accept: 'application/json',
          'content-type': 'application/json',
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      },
    );
    return { status: response.status, body: await response.json() };
  };
  const logOf = async (id: number, records: TimelineRecord[], name: string) => {
    const log = records.find(record => record.name === name)?.log?.id;
    return (await builds.getBuildLogLines(PROJECT, id, log!)).join('\n');
  };

  it('makes a pipeline once by name, and finds it', async () => {
    const made = await create('once', 'hello.yml');
    expect(made).toMatchObject({ name: 'once', folder: '\\tests' });
    await expect(create('ONCE', 'slow.yml')).rejects.toMatchObject({
      statusCode: 409,
      result: {
        typeKey: 'DefinitionExistsException',
        message: `Build pipeline ONCE already exists for project ${PROJECT}`,
      },
    });
    const other = await create('once', 'slow.yml', '/elsewhere');
    expect(other.id).not.toBe(made.id);
    const found = await builds.getDefinitions(
      PROJECT,
      'once',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      '\\tests',
    );
    expect(found.map(({ id }) => id)).toEqual([made.id]);
    const definition = await builds.getDefinition(PROJECT, made.id!);
    expect(definition).toMatchObject({
      process: { yamlFilename: 'hello.yml', type: 2 },
      repository: { type: 'TfsGit', name: 'environments' },
      revision: 1,
    });
    const renamed = await builds.updateDefinition(
      { ...definition, name: 'renamed' },
      PROJECT,
      made.id!,
    );
    expect(renamed).toMatchObject({ name: 'renamed', revision: 2 });
    expect(
      (await pipelines.listPipelines(PROJECT)).map(({ name }) => name),
    ).toEqual(['renamed', 'once']);
    // As other clients make pipelines: by the Build API, the repository by its name.
    const byBuild = await builds.createDefinition(
      {
        path: '/',
        name: 'by-build',
        repository: {
          name: 'environments',
          type: 'TfsGit',
          defaultBranch: 'main',
        },
        process: { yamlFilename: 'hello.yml' },
        queue: { name: 'Azure Pipelines' },
      } as object,
      PROJECT,
    );
    expect(byBuild).toMatchObject({
      path: '\\',
      repository: { defaultBranch: 'refs/heads/main' },
    });
    expect(byBuild._links.web.href).toContain('_build/definition');
    await builds.deleteDefinition(PROJECT, byBuild.id!);
    expect(await builds.getDefinition(PROJECT, byBuild.id!)).toBeNull();
    // Microsoft's client makes null of 404.
    expect(
      await builds.createDefinition(
        {
          name: 'x',
          process: { yamlFilename: 'a.yml' },
          repository: { name: 'none' },
        } as object,
        PROJECT,
      ),
    ).toBeNull();
  });

  it('runs a pipeline: number, parameters, timeline, logs, tags', async () => {
    const { id } = await create('hello', 'hello.yml');
    const run = await pipelines.runPipeline(
      { templateParameters: { who: 'orders' } },
      PROJECT,
      id!,
    );
    expect(run).toMatchObject({ name: 'hello-1', pipeline: { id } });
    await builds.addBuildTag(PROJECT, run.id!, 'moorline:key/1');
    const { build, records } = await ended(run.id!);
    expect(build).toMatchObject({
      buildNumber: 'hello-1',
      result: BuildResult.Succeeded,
      sourceBranch: 'refs/heads/main',
      templateParameters: { who: 'orders' },
      definition: { name: 'hello' },
    });
    expect([...build.tags!].sort()).toEqual(['greeted', 'moorline:key/1']);

    const stages = records.filter(({ type }) => type === 'Stage');
    expect(
      stages.map(({ name, order, result }) => [name, order, result]),
    ).toEqual([
      ['one', 1, 0],
      ['two', 2, 0],
    ]);
    const task = records.find(({ name }) => name === 'Greet')!;
    expect(task).toMatchObject({
      type: 'Task',
      state: TimelineRecordState.Completed,
      percentComplete: 100,
      log: { type: 'Container' },
    });
    const parents = [];
    let at: TimelineRecord | undefined = task;
    while (at) {
      parents.push(at.type);
      const parentId: string | undefined = at.parentId;
      at = records.find(record => record.id === parentId);
    }
    expect(parents).toEqual(['Task', 'Job', 'Phase', 'Stage']);

    const lines = await builds.getBuildLogLines(
      PROJECT,
      run.id!,
      task.log!.id!,
    );
    expect(lines.join('\n')).toContain('hello orders');
    expect(lines.join('\n')).toContain('protected.yml');
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z /);
    expect(
      await builds.getBuildLogLines(PROJECT, run.id!, task.log!.id!, 2, 3),
    ).toEqual(lines.slice(1, 3));
    const stream = await builds.getBuildLog(PROJECT, run.id!, task.log!.id!);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toBe(`${lines.join('\n')}\n`);
    const logs = await builds.getBuildLogs(PROJECT, run.id!);
    expect(logs.find(log => log.id === task.log!.id)?.lineCount).toBe(
      lines.length,
    );

    const tagged = await builds.getBuilds(
      PROJECT,
      [id!],
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      ['moorline:key/1'],
    );
    expect(tagged.map(found => found.id)).toEqual([run.id]);
    expect(await pipelines.getRun(PROJECT, id!, run.id!)).toMatchObject({
      result: RunResult.Succeeded,
      finalYaml: expect.stringContaining('hello orders'),
    });

    const second = await builds.queueBuild(
      { definition: { id }, sourceBranch: 'main' },
      PROJECT,
    );
    expect(second.buildNumber).toBe('hello-2');
    await ended(second.id!);
    const latest = await builds.getBuilds(PROJECT, [id!]);
    expect(latest.map(found => found.buildNumber)).toEqual([
      'hello-2',
      'hello-1',
    ]);
  });

  it('previews, and refuses what would not run', async () => {
    const { id } = await create('broken', 'broken.yml');
    const override = 'steps:\n  - bash: echo ${{ 1 }}\n';
    const preview = await pipelines.preview(
      { previewRun: true, yamlOverride: override },
      PROJECT,
      id!,
    );
    expect(preview.finalYaml).toContain('echo 1');
    await expect(pipelines.runPipeline({}, PROJECT, id!)).rejects.toMatchObject(
      {
        statusCode: 400,
        message: expect.stringMatching(/\/broken\.yml.*\(Line: 2/),
      },
    );
    const hello = await create('refused', 'hello.yml');
    await expect(
      pipelines.runPipeline(
        { resources: { repositories: { self: { refName: 'refs/heads/no' } } } },
        PROJECT,
        hello.id!,
      ),
    ).rejects.toMatchObject({ statusCode: 400 });
    const number = await send(
      'POST',
      `pipelines/${hello.id}/runs?api-version=7.1`,
      {
        templateParameters: { who: 1 },
      },
    );
    expect(number.body.message).toContain("'who' must be a string");
    expect((await builds.getBuilds(PROJECT, [id!, hello.id!])).length).toBe(0);
  });

  it('cancels a run that is going on', async () => {
    const { id } = await create('slow', 'slow.yml');
    const run = await pipelines.runPipeline({}, PROJECT, id!);
    const { records } = await until(run.id!, (_build, all) =>
      all.some(({ name, log }) => name === 'Sleep' && log),
    );
    expect(records.find(({ name }) => name === 'Sleep')).toMatchObject({
      state: TimelineRecordState.InProgress,
    });
    const canceled = await builds.updateBuild(
      { status: BuildStatus.Cancelling },
      PROJECT,
      run.id!,
    );
    expect(canceled.status).toBe(BuildStatus.Cancelling);
    expect((await ended(run.id!)).build.result).toBe(BuildResult.Canceled);
    // Once more does no harm.
    await builds.updateBuild(
      { status: BuildStatus.Cancelling },
      PROJECT,
      run.id!,
    );
    await expect(
      builds.updateBuild({ keepForever: true } as object, PROJECT, run.id!),
    ).rejects.toMatchObject({ statusCode: 400 });
  });

  it('holds a run until what it uses is permitted, and keeps its token to that', async () => {
    const { id } = await create('protected', 'protected.yml');
    const run = await pipelines.runPipeline({}, PROJECT, id!);
    const held = await until(run.id!, (_build, records) => records.length > 0);
    expect(held.build.status).toBe(BuildStatus.NotStarted);
    expect(held.records.map(({ type, state }) => [type, state])).toEqual([
      ['Checkpoint', TimelineRecordState.InProgress],
      ['Checkpoint.Authorization', TimelineRecordState.InProgress],
    ]);
    expect(held.records[0].currentOperation).toContain('repository shared');

    const repository = await git.getRepository('shared', PROJECT);
    const resource = {
      type: 'repository',
      id: `${repository.project!.id}.${repository.id}`,
    };
    const permissions = 'pipelines/pipelinepermissions';
    const body = [{ resource, pipelines: [{ id, authorized: true }] }];
    expect(
      (await send('PATCH', `${permissions}?api-version=7.1`, body)).body
        .message,
    ).toContain('-preview flag');
    const granted = await send(
      'PATCH',
      `${permissions}?api-version=7.1-preview.1`,
      body,
    );
    expect(granted.body.value[0].pipelines[0]).toMatchObject({
      id,
      authorized: true,
    });
    expect(
      (
        await send(
          'GET',
          `${permissions}/repository/${resource.id}?api-version=7.1-preview.1`,
        )
      ).body,
    ).toMatchObject({ resource: { name: 'shared' }, pipelines: [{ id }] });

    const { build, records } = await ended(run.id!);
    const log = await logOf(run.id!, records, 'Bash');
    expect(log).toContain('I am shared');
    expect(log).toContain('shared is reached');
    expect(log).toContain('other is not reached');
    expect(build.result).toBe(BuildResult.Succeeded);
    const checkpoint = records.find(({ type }) => type === 'Checkpoint')!;
    expect(
      records.find(({ id: own }) => own === checkpoint.parentId)?.type,
    ).toBe('Stage');

    // The environment was made with the run, and permitted to its pipeline.
    const { body: environments } = await send(
      'GET',
      'distributedtask/environments?name=shop&api-version=7.1',
    );
    expect(environments.value).toHaveLength(1);
    const { body: allowed } = await send(
      'GET',
      `${permissions}/environment/${environments.value[0].id}?api-version=7.1-preview.1`,
    );
    expect(allowed.pipelines).toMatchObject([{ id, authorized: true }]);
    expect(
      (
        await send(
          'GET',
          'serviceendpoint/endpoints?endpointNames=moorline-plan,moorline-apply&api-version=7.1',
        )
      ).body.value,
    ).toHaveLength(2);
  });

  it('cancels a run that is held', async () => {
    // A new pipeline has not the permissions of another one.
    const { id } = await create('held', 'protected.yml');
    const run = await pipelines.runPipeline({}, PROJECT, id!);
    await builds.updateBuild(
      { status: BuildStatus.Cancelling },
      PROJECT,
      run.id!,
    );
    expect((await ended(run.id!)).build.result).toBe(BuildResult.Canceled);
  });

  it('ends what a stop interrupts, and keeps everything else', async () => {
    const data = `${sandbox.data}/restarted`;
    const first = await startSandbox({ without: ['terraform'], data });
    const connect = (target: Sandbox) =>
      new WebApi(
        target.organizationUrl,
        getPersonalAccessTokenHandler(target.pat),
        { cert: { caFile: target.caFile } },
      );
    const api = connect(first);
    const repository = await (
      await api.getGitApi()
    ).getRepository('environments', PROJECT);
    await (
      await api.getGitApi()
    ).createPush(
      {
        refUpdates: [{ name: 'refs/heads/main', oldObjectId: ZERO }],
        commits: [
          {
            comment: 'Slow',
            changes: [
              {
                changeType: 1,
                item: { path: '/slow.yml' },
                newContent: { content: SLOW, contentType: 0 },
              },
            ],
          },
        ],
      } as object,
      'environments',
      PROJECT,
    );
    const { id } = await (
      await api.getPipelinesApi()
    ).createPipeline(
      {
        name: 'slow',
        configuration: {
          type: 'yaml',
          path: 'slow.yml',
          repository: { id: repository.id },
        },
      } as object,
      PROJECT,
    );
    const run = await (
      await api.getPipelinesApi()
    ).runPipeline({}, PROJECT, id!);
    const buildApi = await api.getBuildApi();
    for (;;) {
      const { records = [] } = await buildApi.getBuildTimeline(
        PROJECT,
        run.id!,
      );
      if (records.some(({ name, log }) => name === 'Sleep' && log)) break;
      await wait(50);
    }
    await first.stop();

    const second = await startSandbox({ without: ['terraform'], data });
    try {
      expect(second.pat).toBe(first.pat);
      const again = await connect(second).getBuildApi();
      const build = await again.getBuild(PROJECT, run.id!);
      expect(build).toMatchObject({
        status: BuildStatus.Completed,
        result: BuildResult.Failed,
        definition: { name: 'slow' },
      });
      const { records = [] } = await again.getBuildTimeline(PROJECT, run.id!);
      expect(
        records.every(({ state }) => state === TimelineRecordState.Completed),
      ).toBe(true);
      const sleep = records.find(({ name }) => name === 'Sleep');
      expect(sleep?.issues?.[0].message).toContain('sandbox was stopped');
    } finally {
      await second.stop();
    }
  });
});
