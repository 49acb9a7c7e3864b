import type { AzureDevOps } from './azureDevOps';
import { EnvironmentsProject, YAML } from './__testUtils__/environmentsProject';

jest.setTimeout(120_000);

describe('Azure DevOps', () => {
  let project: EnvironmentsProject;
  let azureDevOps: AzureDevOps;

  beforeAll(async () => {
    project = await EnvironmentsProject.start();
    azureDevOps = project.connect();
  });

  afterAll(() => project?.stop());

  it('makes a first environment with at most 12 requests, and no more when asked again', async () => {
    const make = async () => {
      const committed = await project.commit(azureDevOps, 'first');
      const pipeline = await project.ensure(azureDevOps, 'first');
      await project.authorize(azureDevOps, 'first', pipeline.id);
      return {
        committed,
        pipeline,
        run: await project.run(azureDevOps, 'first', pipeline.id),
      };
    };
    const made = await make();
    expect(project.paths.length).toBeLessThanOrEqual(12);
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
    project.paths = [];
    await project.commit(azureDevOps, 'second');
    const { id } = await project.ensure(azureDevOps, 'second');
    await project.authorize(azureDevOps, 'second', id);
    await project.run(azureDevOps, 'second', id);
    expect(project.paths.length).toBeLessThanOrEqual(12);

    const again = await make();
    expect(again).toEqual({
      committed: { commitId: expect.any(String), created: false },
      pipeline: { ...made.pipeline, created: false },
      run: { ...made.run, created: false },
    });
    expect(await project.commitsOf('first')).toHaveLength(1);
    expect(await project.runsOf(made.pipeline.id)).toHaveLength(1);
  });

  it('follows a run to its end', async () => {
    await project.commit(azureDevOps, 'followed');
    const { id } = await project.ensure(azureDevOps, 'followed');
    const { buildId } = await project.run(azureDevOps, 'followed', id);
    await project.finished(azureDevOps, buildId);
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

  it('reads one file of what a run published', async () => {
    const yaml = `${YAML}  - bash: mkdir plan && echo größer > plan/plan.txt
  - publish: plan
    artifact: plan
`;
    await project.commit(azureDevOps, 'published', yaml);
    const { id } = await project.ensure(azureDevOps, 'published');
    const { buildId } = await project.run(azureDevOps, 'published', id);
    await project.finished(azureDevOps, buildId);
    const read = (artifact: string, file: string) =>
      azureDevOps.getArtifactFile(buildId, artifact, file);
    expect(await read('plan', 'plan.txt')).toBe('größer\n');
    for (const [artifact, file] of [
      ['plan', 'none.txt'],
      ['plan', '../../run.json'],
      ['none', 'plan.txt'],
    ]) {
      await expect(read(artifact, file)).rejects.toMatchObject({
        code: 'notFound',
        message: expect.stringContaining(`${file} in an artifact ${artifact}`),
      });
    }
  });

  it('cancels a run', async () => {
    const yaml = YAML.replace('echo "first line"', 'sleep 60');
    await project.commit(azureDevOps, 'cancelled', yaml);
    const { id } = await project.ensure(azureDevOps, 'cancelled');
    const { buildId } = await project.run(azureDevOps, 'cancelled', id);
    await azureDevOps.cancelRun(buildId);
    const state = await project.finished(azureDevOps, buildId);
    expect(state).toBe('canceled');
  });

  it('lets two portals commit at the same time', async () => {
    const other = project.connect();
    const names = [1, 2, 3, 4, 5, 6].map(n => `crowd-${n}`);
    await Promise.all(
      names.map((name, i) => project.commit(i % 2 ? other : azureDevOps, name)),
    );
    for (const name of names) {
      expect(await project.commitsOf(name)).toHaveLength(1);
    }
  });

  it('leaves what people changed after its commit alone', async () => {
    const { commitId } = await project.commit(azureDevOps, 'edited');
    await azureDevOps.commitFiles({
      repository: 'environments',
      branch: 'main',
      message: 'Use larger nodes',
      key: 'somebody',
      files: [{ path: 'environments/edited/values/api.yaml', content: 'b' }],
    });
    expect(await project.commit(azureDevOps, 'edited')).toEqual({
      commitId,
      created: false,
    });
    expect(await project.commitsOf('edited')).toHaveLength(2);
  });

  it('says which line of a pipeline is wrong', async () => {
    await project.commit(azureDevOps, 'broken', `${YAML}  - nonsense: true\n`);
    const { id } = await project.ensure(azureDevOps, 'broken');
    await expect(project.run(azureDevOps, 'broken', id)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/azure-pipelines\.yml.*\(Line: 11/),
    });
    expect(await project.runsOf(id)).toEqual([]);
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
    await project.commit(azureDevOps, 'taken');
    await project.ensure(azureDevOps, 'taken');
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
    const other = project.connect({ project: 'elsewhere' });
    await expect(other.getRun(1)).rejects.toThrow(
      /no project "elsewhere".*moorline.azureDevOps.project/,
    );
  });

  it('explains a wrong token and an unknown authority', async () => {
    const stranger = project.connect({ token: 'wrong' });
    await expect(stranger.getRun(1)).rejects.toMatchObject({
      code: 'unauthorized',
    });
    const distrustful = project.connect({ caFile: undefined });
    await expect(distrustful.getRun(1)).rejects.toThrow(
      /not trusted.*NODE_EXTRA_CA_CERTS/,
    );
  });
});
