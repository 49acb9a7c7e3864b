import { spawnSync } from 'child_process';
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
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
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

  it('follows the life cycle of a deployment', async () => {
    git.add('deployment', {
      'azure-pipelines.yml': `
trigger: none
jobs:
- deployment: release
  environment:
    name: orders
  strategy:
    runOnce:
      preDeploy:
        steps:
        - bash: echo "before in $ENVIRONMENT_NAME"
          displayName: Before
      deploy:
        steps:
        - download: none
        - bash: echo "##vso[task.setvariable variable=url;isOutput=true]x"; exit 1
          name: out
          displayName: Deploy
      postRouteTraffic:
        steps:
        - bash: echo after
          displayName: After
      on:
        failure:
          steps:
          - bash: echo sorry
            displayName: Sorry
        success:
          steps:
          - bash: echo fine
            displayName: Fine
- job: tell
  dependsOn: release
  condition: failed()
  variables:
    url: $[ dependencies.release.outputs['release.out.url'] ]
    missing: $[ dependencies.nobody.outputs['a.b'] ]
  steps:
  - checkout: none
  - bash: echo "url=$(url) missing=<$(missing)> unknown=$(unknown)"
    displayName: Tell
`,
    });
    const { result, seen } = await run('deployment');
    expect(result).toBe('failed');
    expect(seen.results('Job')).toEqual({
      'release preDeploy': 'succeeded',
      'release deploy': 'failed',
      'release postRouteTraffic': 'skipped',
      'release onSuccess': 'skipped',
      'release onFailure': 'succeeded',
      tell: 'succeeded',
    });
    expect(seen.text('Before')).toContain('before in orders');
    expect(seen.text('Sorry')).toContain('sorry');
    expect(seen.text('Tell')).toContain('url=x missing=<>');
    // A macro that nobody defined is left alone, and bash takes it for a command.
    expect(seen.text('Tell')).toContain('unknown: command not found');
  }, 60_000);

  it('keeps to the rules of variables and logging commands', async () => {
    git.add('variables', {
      'azure-pipelines.yml': `
trigger: none
variables:
- name: fixed
  value: first
  readonly: true
- name: region
  value: westeurope
- name: where
  value: in $(region)
- name: number
  value: $[ counter(variables['region'], 100) ]
- name: upper
  value: $[ upper(variables.where) ]
jobs:
- job: a
  variables:
    region: northeurope
  steps:
  - checkout: none
  - bash: |
      echo "$WHERE / $UPPER / $NUMBER / $(Build.BuildNumber) / $BUILD_REASON / $SYSTEM_TEAMPROJECT"
      echo "##vso[task.prependpath]$AGENT_TEMPDIRECTORY/tools"
      mkdir -p "$AGENT_TEMPDIRECTORY/tools"
      printf '#!/bin/bash\\necho my tool' > "$AGENT_TEMPDIRECTORY/tools/mytool"
      chmod +x "$AGENT_TEMPDIRECTORY/tools/mytool"
      echo "##vso[build.addbuildtag]nightly"
      echo "before ##vso[task.setsecret]s3cret value"
      echo "it is s3cret value and s3cret%20value"
      echo "##vso[task.setvariable variable=plain]a%0Ab"
      echo "##vso[task.logissue type=warning]careful"
    displayName: Set
  - script: mytool && echo "$PLAIN"
    displayName: Use
  - bash: echo "##vso[task.setvariable variable=FIXED]second"
    displayName: Change what is fixed
    continueOnError: true
  - bash: echo "##vso[task.complete result=SucceededWithIssues]half"; exit 0
    displayName: Half
- job: b
  steps:
  - checkout: none
  - bash: echo "number $NUMBER, queue $QUEUE, secret $(hidden)"; env | grep -c ^HIDDEN || true
    displayName: Same number
`,
    });
    let counter = 0;
    const { result, seen } = await run('variables', {
      nextCounter: (prefix, seed) => {
        counter += 1;
        return prefix === 'westeurope' ? seed + counter - 1 : -1;
      },
      context: {
        ...CONTEXT,
        variables: {
          queue: { value: 'at queue time' },
          region: { value: 'the YAML wins' },
          hidden: { value: 'hidden value', isSecret: true },
        },
      },
    });
    expect(result).toBe('partiallySucceeded');
    const set = seen.text('Set');
    expect(set).toContain(
      'in northeurope / IN WESTEUROPE / 100 / 20261121.1 / Manual / environments-platform',
    );
    expect(set).toContain('it is *** and ***');
    expect(set).toContain('##[warning]careful');
    expect(seen.find('Task', 'Set')).toMatchObject({
      result: 'succeeded',
      warningCount: 1,
    });
    expect(seen.tags).toEqual(['nightly']);
    expect(seen.text('Use')).toContain('my tool\na\nb');
    expect(
      seen.find('Task', 'Change what is fixed').issues[0].message,
    ).toContain("The variable 'FIXED' is read-only");
    expect(seen.results('Task').Half).toBe('succeededWithIssues');
    expect(seen.text('Same number')).toContain(
      'number 100, queue at queue time, secret ***\n0\n',
    );
  }, 60_000);

  it('leaves nothing running when it is abandoned', async () => {
    git.add('stubborn', {
      'azure-pipelines.yml': `
trigger: none
steps:
- checkout: none
- bash: |
    trap '' INT TERM
    echo "child $$"
    while true; do sleep 0.2; done
  displayName: Stubborn
- bash: sleep 300
  displayName: Clean up
  condition: always()
`,
    });
    const cancel = new AbortController();
    const abandon = new AbortController();
    const recorder = new Recorder();
    let child = 0;
    recorder.onLine = line => {
      const found = /^child (\d+)$/.exec(line);
      if (!found) return;
      child = Number(found[1]);
      cancel.abort();
      setTimeout(() => abandon.abort(), 100);
    };
    const { result, seen } = await run(
      'stubborn',
      { signal: cancel.signal, abandon: abandon.signal },
      recorder,
    );
    expect(result).toBe('canceled');
    expect(seen.results('Task')).toMatchObject({
      Stubborn: 'canceled',
      'Clean up': 'skipped',
    });
    expect(isRunning(child)).toBe(false);
  }, 20_000);
});
