import type { Fault } from '@moorline/sandbox';
import type { AzureDevOps } from './azureDevOps';
import { AzureDevOpsError } from './errors';
import { EnvironmentsProject } from './__testUtils__/environmentsProject';

jest.setTimeout(120_000);

describe('Azure DevOps in trouble', () => {
  let project: EnvironmentsProject;
  let azureDevOps: AzureDevOps;

  beforeAll(async () => {
    project = await EnvironmentsProject.start();
    azureDevOps = project.connect();
  });

  afterAll(() => project?.stop());

  beforeEach(() => project.sandbox.faults.clear());

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
    await project.commit(azureDevOps, name);
    if (step === 'commit') return;
    const { id } = await project.ensure(azureDevOps, name);
    if (step !== 'ensure') await project.authorize(azureDevOps, name, id);
    if (step === 'run') await project.run(azureDevOps, name, id);
  }

  async function expectOneOfEach(step: keyof typeof steps, name: string) {
    expect(await project.commitsOf(name)).toHaveLength(1);
    const pipelines = await project.pipelinesOf(name);
    expect(pipelines).toHaveLength(step === 'commit' ? 0 : 1);
    if (step === 'environment') {
      expect(await project.environmentsOf(name)).toHaveLength(1);
    }
    if (step === 'run') {
      expect(await project.runsOf(pipelines[0].id)).toHaveLength(1);
    }
  }

  const all = Object.keys(steps) as (keyof typeof steps)[];
  let count = 0;

  it.each(all.flatMap(step => passing.map(row => [step, ...row] as const)))(
    '%s passes through %s by itself, once',
    async (step, _, fault) => {
      const name = `passing-${++count}`;
      project.sandbox.faults.add({ ...fault, ...steps[step] });
      await upTo(step, name);
      expect(project.sandbox.faults.pending()).toEqual([]);
      await expectOneOfEach(step, name);
    },
  );

  it.each(all.flatMap(step => lasting.map(row => [step, ...row] as const)))(
    '%s explains %s, and a retry finishes the work once',
    async (step, _, fault, message) => {
      const name = `lasting-${++count}`;
      project.sandbox.faults.add({ ...fault, ...steps[step] });
      const failed = upTo(step, name);
      await expect(failed).rejects.toThrow(AzureDevOpsError);
      await expect(failed).rejects.toThrow(message);
      expect(project.sandbox.faults.pending()).toEqual([]);
      await upTo(step, name);
      await expectOneOfEach(step, name);
    },
  );

  it('looks for a run of a new key when the answer was lost, and not before', async () => {
    const name = `new-key-${++count}`;
    await upTo('authorize', name);
    const [{ id: pipelineId }] = await project.pipelinesOf(name);
    const fault = { ...steps.run, kind: 'cut', afterwards: true } as const;
    for (const [key, faults, looks] of [
      ['one', [], 0],
      ['two', [fault], 1],
    ] as const) {
      for (const item of faults) project.sandbox.faults.add(item);
      project.sandbox.requests.clear();
      await azureDevOps.runPipeline({ pipelineId, key, isNewKey: true });
      const lists = project.sandbox.requests
        .requests()
        .filter(({ url }) => /\/builds\?/.test(url));
      expect(lists).toHaveLength(looks);
    }
    expect(await project.runsOf(pipelineId)).toHaveLength(2);
  });

  it.each(['refs', 'items', 'definitions', 'endpoints', 'builds'])(
    'reads %s again after a cut connection and a 500',
    async path => {
      const name = `reads-${++count}`;
      project.sandbox.faults.add({
        kind: 'cut',
        method: 'GET',
        path: `/${path}`,
      });
      project.sandbox.faults.add({
        kind: 500,
        method: 'GET',
        path: `/${path}`,
      });
      // A new client, that knows nothing yet.
      const known = azureDevOps;
      azureDevOps = project.connect();
      await upTo('run', name);
      // What is there already is looked for.
      await upTo('run', name);
      azureDevOps = known;
      expect(project.sandbox.faults.pending()).toEqual([]);
      await expectOneOfEach('run', name);
    },
  );
});
