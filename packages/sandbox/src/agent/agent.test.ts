import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { expandPipeline, runPipeline, RunOptions, RunResult } from './index';
import { CONTEXT, GitFixture, Recorder, runOptions } from './testing/fixtures';

const ROOT = `
trigger: none
parameters:
- name: run_key
  type: string
  default: ''
resources:
  repositories:
  - repository: platform
    type: git
    name: environments-platform/platform
    ref: refs/tags/v0.1.0
extends:
  template: pipelines/environment.yml@platform
  parameters:
    name: orders
    services:
    - api
    - web
`;

const TEMPLATE = `
parameters:
- name: name
  type: string
- name: services
  type: object
  default: []
variables:
  environmentName: \${{ parameters.name }}
stages:
- stage: validate
  jobs:
  - job: check
    displayName: Check
    steps:
    - checkout: self
    - checkout: platform
    - bash: |
        set -eu
        ls
        cat environments/environments/orders/main.tf
        cat environments/environments/orders/backend_override.tf
        test ! -e "$HOME/.gitconfig"
      displayName: Look
- stage: plan
  jobs:
  - job: plan
    steps:
    - template: steps/plan.yml
      parameters:
        name: \${{ parameters.name }}
- stage: apply
  dependsOn: plan
  condition: and(succeeded(), eq(dependencies.plan.outputs['plan.count.changes'], '3'))
  variables:
  - name: changes
    value: $[ stageDependencies.plan.plan.outputs['count.changes'] ]
  jobs:
  - deployment: apply
    displayName: Apply \${{ upper(parameters.name) }}
    environment: \${{ parameters.name }}
    variables:
      changes: $[ stageDependencies.plan.plan.outputs['count.changes'] ]
    strategy:
      runOnce:
        deploy:
          steps:
          - bash: |
              set -eu
              cat "$PIPELINE_WORKSPACE/plan/plan.txt"
              echo "changes=$CHANGES in $ENVIRONMENT_NAME"
              ls "$BUILD_SOURCESDIRECTORY"
            displayName: Use the plan
- stage: services
  dependsOn: apply
  jobs:
  - \${{ each service in parameters.services }}:
    - job: deploy_\${{ service }}
      steps:
      - checkout: none
      - script: echo "service \${{ service }}"
        displayName: Deploy \${{ service }}
- stage: never
  dependsOn: services
  condition: failed()
  jobs:
  - job: never
    steps:
    - script: echo never
`;

const PLAN_STEPS = `
parameters:
- name: name
  type: string
steps:
- checkout: self
- task: azurecli@2
  displayName: Plan \${{ parameters.name }}
  name: count
  inputs:
    connectedServiceNameARM: moorline-plan
    scriptType: bash
    scriptLocation: inlineScript
    addSpnToEnvironment: true
    inlineScript: |
      set -eu
      echo "principal=$servicePrincipalId tenant=$tenantId token=$idToken"
      echo "my token is $TOKEN"
      env | grep ^SYSTEM_ACCESSTOKEN && exit 1
      mkdir -p out && echo "three changes" > out/plan.txt
      echo "##vso[task.setvariable variable=changes;isOutput=true]3"
      echo "##vso[task.setvariable variable=password;issecret=true]hunter 2%0Asecond line"
      echo "##[group]Details"
      echo "# Plan" > "$AGENT_TEMPDIRECTORY/plan.md"
      echo "##vso[task.uploadsummary]$AGENT_TEMPDIRECTORY/plan.md"
  env:
    TOKEN: $(System.AccessToken)
- bash: |
    echo "password: $(password)"
    env | grep -i '^password' && exit 1
    exit 0
  displayName: Secrets
- publish: out
  artifact: plan
`;

const MAIN_TF = `terraform {
  backend "azurerm" {
    container_name = "tfstate"
    key            = "orders.tfstate"
  }
}
`;

/** A process that has ended but whose parent has not asked yet does not run. */
function isRunning(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return !/^State:\s*[ZX]/m.test(status);
  } catch {
    return false;
  }
}

describe('a run', () => {
  const git = new GitFixture();
  afterAll(() => git.remove());

  async function run(
    repository: string,
    extra: Partial<RunOptions> = {},
    recorder = new Recorder(),
  ): Promise<{ result: RunResult['result']; seen: Recorder }> {
    const pipeline = await expandPipeline(
      git.files,
      { repository, ref: 'refs/heads/main', path: 'azure-pipelines.yml' },
      {},
      CONTEXT,
    );
    const { result } = await runPipeline(
      pipeline,
      runOptions(git.folder, {
        artifactsFolder: join(git.folder, 'artifacts', repository),
        ...extra,
      }),
      recorder,
    );
    return { result, seen: recorder };
  }

  it('goes through stages, templates, artifacts and output variables', async () => {
    git.add('platform', {
      'pipelines/environment.yml': TEMPLATE,
      'pipelines/steps/plan.yml': PLAN_STEPS,
    });
    git.add('environments', {
      'azure-pipelines.yml': ROOT,
      'environments/orders/main.tf': MAIN_TF,
    });
    const { result, seen } = await run('environments');
    expect(seen.all).not.toContain('token-of-the-run');
    expect({ result, stages: seen.results('Stage') }).toEqual({
      result: 'succeeded',
      stages: {
        validate: 'succeeded',
        plan: 'succeeded',
        apply: 'succeeded',
        services: 'succeeded',
        never: 'skipped',
      },
    });
    // Two checkouts: each in a folder of its name, the backend overridden in place.
    const look = seen.text('Look');
    expect(look).toMatch(/^platform$/m);
    expect(look).toContain('key            = "orders.tfstate"');
    expect(look).toContain(
      `path = "${join(git.folder, 'terraform-state', 'orders.tfstate')}"`,
    );
    const plan = seen.text('Plan orders');
    expect(plan).toContain('principal=principal-1 tenant=tenant-1 token=***');
    expect(plan).toContain('my token is ***');
    expect(plan).toContain('##[group]Details');
    expect(seen.text('Secrets')).toContain('password: ***\n***');
    expect(seen.all).not.toContain('hunter');
    expect(seen.all).not.toContain('federated-token');
    expect(seen.summaries).toEqual(['# Plan\n']);
    expect(seen.artifacts).toEqual([
      expect.objectContaining({ name: 'plan', size: 14 }),
    ]);
    expect(
      readFileSync(join(seen.artifacts[0].folder, 'plan.txt'), 'utf8'),
    ).toBe('three changes\n');
    expect(seen.text('Use the plan')).toContain('three changes');
    expect(seen.text('Use the plan')).toContain('changes=3 in orders');
    expect(seen.results('Phase')).toMatchObject({
      'Apply ORDERS': 'succeeded',
      deploy_api: 'succeeded',
      deploy_web: 'succeeded',
      never: 'skipped',
    });
    expect(readdirSync(join(git.folder, 'work'))).toEqual([]);
  }, 60_000);

  it('fails, goes on where it may, and says why', async () => {
    git.add('failing', {
      'azure-pipelines.yml': `
trigger: none
stages:
- stage: one
  jobs:
  - job: broken
    steps:
    - checkout: none
    - bash: echo "##vso[task.logissue type=error]the disk is full"; exit 3
      displayName: Break
    - bash: echo never
      displayName: Not run
    - bash: echo "status $AGENT_JOBSTATUS"
      displayName: Tell
      condition: failed()
    - bash: echo clean
      displayName: Clean up
      condition: always()
  - job: tolerated
    steps:
    - checkout: none
    - script: exit 1
      displayName: May fail
      continueOnError: true
    - script: echo after
      displayName: After
    - script: echo "##vso[artifact.upload artifactname=x]y"
      displayName: Unsupported command
      continueOnError: true
    - bash: echo oops >&2
      displayName: Standard error
      failOnStderr: true
      continueOnError: true
    - bash: echo tried; exit 1
      displayName: Retried
      retryCountOnTaskFailure: 1
      continueOnError: true
    - bash: echo off
      enabled: false
      displayName: Off
- stage: two
  jobs:
  - job: two
    steps:
    - script: echo two
- stage: rescue
  dependsOn: one
  condition: and(failed(), eq(dependencies.one.result, 'Failed'))
  jobs:
  - job: rescue
    steps:
    - checkout: none
    - script: echo rescued
`,
    });
    const { result, seen } = await run('failing');
    expect(result).toBe('failed');
    expect(seen.results('Stage')).toEqual({
      one: 'failed',
      two: 'skipped',
      rescue: 'succeeded',
    });
    expect(seen.results('Phase')).toMatchObject({
      broken: 'failed',
      tolerated: 'succeededWithIssues',
    });
    expect(seen.results('Task')).toMatchObject({
      Break: 'failed',
      'Not run': 'skipped',
      Tell: 'succeeded',
      'Clean up': 'succeeded',
      'May fail': 'succeededWithIssues',
      After: 'succeeded',
      'Unsupported command': 'succeededWithIssues',
      'Standard error': 'succeededWithIssues',
      Retried: 'succeededWithIssues',
      Off: 'skipped',
    });
    expect(seen.text('Tell')).toContain('status Failed');
    expect(seen.find('Task', 'Break').issues.map(i => i.message)).toEqual([
      'the disk is full',
      "Bash exited with code '3'.",
    ]);
    expect(
      seen.find('Task', 'Unsupported command').issues[0].message,
    ).toContain('does not support ##vso[artifact.upload]');
    expect(seen.text('Retried').match(/^tried$/gm)).toHaveLength(2);
  }, 60_000);

  it('stops at a cancel, with the processes of its steps', async () => {
    git.add('slow', {
      'azure-pipelines.yml': `
trigger: none
stages:
- stage: one
  jobs:
  - job: sleeps
    steps:
    - checkout: none
    - bash: |
        sleep 300 &
        echo "child $!"
        wait
      displayName: Sleep
    - bash: echo no
      displayName: Next
    - bash: echo "cleaned up, job is $AGENT_JOBSTATUS"
      displayName: Clean up
      condition: canceled()
- stage: two
  jobs:
  - job: two
    steps:
    - script: echo two
`,
    });
    const controller = new AbortController();
    const recorder = new Recorder();
    let child = 0;
    recorder.onLine = line => {
      const found = /^child (\d+)$/.exec(line);
      if (found) {
        child = Number(found[1]);
        controller.abort();
      }
    };
    const { result, seen } = await run(
      'slow',
      { signal: controller.signal },
      recorder,
    );
    expect(result).toBe('canceled');
    expect(seen.results('Stage')).toEqual({ one: 'canceled', two: 'skipped' });
    expect(seen.results('Task')).toMatchObject({
      Sleep: 'canceled',
      Next: 'skipped',
      'Clean up': 'succeeded',
    });
    expect(seen.text('Clean up')).toContain('job is Canceled');
    expect(isRunning(child)).toBe(false);
  }, 60_000);
});
