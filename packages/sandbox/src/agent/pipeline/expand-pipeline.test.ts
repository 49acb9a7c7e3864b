import { parse } from 'yaml';
import { ExpandContext, PipelineValidationError } from '../contract';
import { CONTEXT, memoryFiles } from '../testing/fixtures';
import { expandPipeline } from './expand-pipeline';

async function expand(
  yaml: string,
  {
    platform = {},
    files = {},
    parameters = {},
    context = {},
  }: {
    platform?: Record<string, string>;
    files?: Record<string, string>;
    parameters?: Record<string, unknown>;
    context?: Partial<ExpandContext>;
  } = {},
) {
  return expandPipeline(
    memoryFiles({
      environments: { 'azure-pipelines.yml': yaml, ...files },
      platform,
    }),
    {
      repository: 'environments',
      ref: 'refs/heads/main',
      path: '/azure-pipelines.yml',
    },
    parameters,
    { ...CONTEXT, ...context },
  );
}

async function errorsOf(...args: Parameters<typeof expand>): Promise<string[]> {
  const error: unknown = await expand(...args).then(
    () => undefined,
    caught => caught,
  );
  if (!(error instanceof PipelineValidationError)) {
    throw error ?? new Error('The pipeline was accepted');
  }
  return error.errors;
}

const RESOURCES = `
resources:
  repositories:
  - repository: platform
    type: git
    name: environments-platform/platform
    ref: refs/tags/v0.1.0
`;

describe('expandPipeline', () => {
  it('carries out if, elseif, else, each and insert', async () => {
    const pipeline = await expand(
      `
trigger: none
parameters:
- name: tier
  type: string
  default: prod
  values: [dev, prod]
- name: zones
  type: object
  default: [1, 2]
- name: extra
  type: stepList
  default:
  - script: echo extra
- name: debug
  type: boolean
  default: false
variables:
- name: region
  value: westeurope
- \${{ if eq(parameters.tier, 'prod') }}:
  - name: approval
    value: \${{ format('{0}-{1}', parameters.tier, variables.region) }}
- name: size
  \${{ if eq(parameters.tier, 'dev') }}:
    value: small
  \${{ elseif eq(parameters.tier, 'prod') }}:
    value: large
  \${{ else }}:
    value: medium
jobs:
- \${{ each zone in parameters.zones }}:
  - job: zone_\${{ zone }}
    variables:
      region: job-\${{ zone }}
    steps:
    - \${{ if parameters.debug }}:
      - script: echo debug
    - \${{ else }}:
      - script: echo "no debug \${{ parameters.debug }}"
    - \${{ parameters.extra }}
    - bash: echo \${{ variables.region }}
      env:
        FIRST: a
        \${{ insert }}:
          SECOND: b
`,
      { parameters: { zones: '["a", "b"]', debug: 'False' } },
    );
    expect(parse(pipeline.yaml)).toMatchObject({
      variables: [
        { name: 'region', value: 'westeurope' },
        { name: 'approval', value: 'prod-westeurope' },
        { name: 'size', value: 'large' },
      ],
      stages: [
        {
          stage: '__default',
          jobs: [
            {
              job: 'zone_a',
              steps: [
                {
                  task: 'CmdLine@2',
                  inputs: { script: 'echo "no debug False"' },
                },
                { inputs: { script: 'echo extra' } },
                {
                  task: 'Bash@3',
                  inputs: { script: 'echo job-a' },
                  env: { FIRST: 'a', SECOND: 'b' },
                },
              ],
            },
            { job: 'zone_b' },
          ],
        },
      ],
    });
  });

  it('wraps the jobs of a caller, as a template that guards them does', async () => {
    const pipeline = await expand(
      `${RESOURCES}
extends:
  template: guard.yml@platform
  parameters:
    jobs:
    - job: build
      displayName: Build
      steps:
      - bash: echo build
      - template: more.yml
`,
      {
        files: { 'more.yml': 'steps:\n- bash: echo "more of the caller"\n' },
        platform: {
          'guard.yml': `
parameters:
- name: jobs
  type: jobList
jobs:
- \${{ each job in parameters.jobs }}:
  - \${{ each pair in job }}:
      \${{ if ne(pair.key, 'steps') }}:
        \${{ pair.key }}: \${{ pair.value }}
    steps:
    - template: lib/before.yml
    - \${{ job.steps }}
`,
          'lib/before.yml': 'steps:\n- template: deep/first.yml\n',
          'lib/deep/first.yml': 'steps:\n- bash: echo first\n',
        },
      },
    );
    const [job] = pipeline.stages[0].jobs;
    expect(job).toMatchObject({ name: 'build', displayName: 'Build' });
    expect(job.parts[0].steps.map(step => step.inputs.script)).toEqual([
      undefined,
      'echo first',
      'echo build',
      'echo "more of the caller"',
    ]);
    expect(job.parts[0].steps[1].position.file).toBe(
      '/lib/deep/first.yml@platform',
    );
  });

  it('tells what a run uses and what it does by itself', async () => {
    const pipeline = await expand(`
stages:
- stage: a
  jobs:
  - deployment: one
    environment: orders
    strategy:
      runOnce:
        deploy:
          steps:
          - task: HELMDEPLOY@1
            inputs:
              azureSubscriptionEndpoint: moorline-apply
              azureResourceGroup: rg
              kubernetesCluster: aks
              command: test
              arguments: api --logs
        on:
          failure:
            steps:
            - script: echo failed
- stage: b
  jobs:
  - job: two
    steps: [{script: echo}]
  - job: three
    dependsOn: two
    steps: [{checkout: none}]
`);
    expect(pipeline.environments).toEqual(['orders']);
    expect(pipeline.serviceConnections).toEqual(['moorline-apply']);
    expect(pipeline.stages[1].dependsOn).toEqual(['a']);
    expect(
      pipeline.stages
        .flatMap(stage => stage.jobs)
        .map(job =>
          job.parts.map(part => [part.name, part.steps.map(s => s.task)]),
        ),
    ).toEqual([
      [
        ['deploy', ['downloadpipelineartifact@2', 'helmdeploy@1']],
        ['onFailure', ['cmdline@2']],
      ],
      [['run', ['checkout@1', 'cmdline@2']]],
      [['run', ['checkout@1']]],
    ]);
  });

  const steps = (step: string) => `steps:\n- ${step}\n`;
  it.each<[string, string, string[]]>([
    [
      'an unknown root key',
      'stepz: []\n',
      ["/azure-pipelines.yml (Line: 1, Col: 1): Unexpected value 'stepz'"],
    ],
    [
      'an empty file',
      '',
      ['/azure-pipelines.yml (Line: 1, Col: 1): The pipeline is empty'],
    ],
    [
      'two contents',
      'steps: []\njobs: []\n',
      ["/azure-pipelines.yml (Line: 1, Col: 8): Unexpected value 'steps'"],
    ],
    [
      'an anchor',
      'variables: &shared\n  a: b\n',
      [
        "/azure-pipelines.yml: Anchors are not currently supported. Remove the anchor 'shared'",
      ],
    ],
    [
      'a key that stands twice',
      'variables:\n  foo: 1\n  FOO: 2\n',
      ["/azure-pipelines.yml (Line: 3, Col: 3): 'FOO' is already defined"],
    ],
    [
      'broken YAML',
      'steps:\n- bash: "x\n',
      ['/azure-pipelines.yml (Line: 3, Col: 1): Missing closing "quote'],
    ],
    [
      'an unknown step',
      steps('notAStep: 1'),
      ["/azure-pipelines.yml (Line: 2, Col: 3): Unexpected value 'notAStep'"],
    ],
    [
      'an unknown key of a step',
      'steps:\n- bash: x\n  colour: red\n',
      ["/azure-pipelines.yml (Line: 3, Col: 3): Unexpected value 'colour'"],
    ],
    [
      'a container step',
      'steps:\n- bash: x\n  target: host\n',
      [
        "/azure-pipelines.yml (Line: 3, Col: 3): 'target' is not supported by the sandbox: steps run on the agent itself, never in a container",
      ],
    ],
    [
      'PowerShell',
      steps('pwsh: x'),
      [
        "/azure-pipelines.yml (Line: 2, Col: 3): 'pwsh' is not supported by the sandbox: there is no PowerShell; use bash",
      ],
    ],
    [
      'an unknown task',
      steps('task: Foo@9'),
      [
        "/azure-pipelines.yml (Line: 2, Col: 9): The task 'Foo@9' is not supported by the sandbox. It runs AzureCLI@2",
      ],
    ],
    [
      'an unknown input',
      'steps:\n- task: Bash@3\n  inputs:\n    targetType: inline\n    skript: x\n',
      ["/azure-pipelines.yml (Line: 5, Col: 5): Unexpected value 'skript'"],
    ],
    [
      'a missing input',
      'steps:\n- task: AzureCLI@2\n  inputs:\n    azureSubscription: moorline-plan\n',
      [
        "/azure-pipelines.yml (Line: 2, Col: 9): The task 'AzureCLI@2' needs the input 'scriptType'",
      ],
    ],
    [
      'an unknown connection',
      'steps:\n- task: AzureCLI@2\n  inputs:\n    azureSubscription: nobody\n    scriptType: bash\n    scriptLocation: inlineScript\n    inlineScript: x\n',
      [
        '/azure-pipelines.yml (Line: 4, Col: 24): Step AzureCLI input azureSubscription references service connection nobody which could not be found.',
      ],
    ],
    [
      'a bad expression',
      steps('bash: ${{ 1 == 1 }}'),
      [
        "/azure-pipelines.yml (Line: 2, Col: 9): Unexpected symbol: '=='. Located at position 3 within expression: '1 == 1'",
      ],
    ],
    [
      'an expression that is not closed',
      steps('bash: ${{ eq(1, 1)'),
      [
        '/azure-pipelines.yml (Line: 2, Col: 9): The expression is not closed. An unescaped ${{ sequence was found',
      ],
    ],
    [
      'an unknown parameter in an expression',
      steps('bash: ${{ parameters.nope }}'),
      ["/azure-pipelines.yml (Line: 2, Col: 9): Key not found 'nope'"],
    ],
    [
      'a list in a text',
      'parameters:\n- name: l\n  type: object\n  default: [a]\nsteps:\n- bash: x ${{ parameters.l }}\n',
      [
        '/azure-pipelines.yml (Line: 6, Col: 9): Unable to convert from Array to String. Value: Array',
      ],
    ],
    [
      'a bad condition',
      'steps:\n- bash: x\n  condition: nosuch()\n',
      [
        "/azure-pipelines.yml (Line: 3, Col: 14): Unrecognized value: 'nosuch'. Located at position 1 within expression: 'nosuch()'",
      ],
    ],
    [
      'a status function in a variable',
      'variables:\n  a: $[ always() ]\nsteps: []\n',
      ["/azure-pipelines.yml (Line: 2, Col: 6): Unrecognized value: 'always'"],
    ],
    [
      'a system variable',
      'variables:\n  System.Debug2: x\nsteps: []\n',
      [
        "/azure-pipelines.yml (Line: 2, Col: 18): Cannot override system variable 'System.Debug2'",
      ],
    ],
    [
      'a variable group',
      'variables:\n- group: secrets\nsteps: []\n',
      [
        "/azure-pipelines.yml (Line: 2, Col: 3): Variable group 'secrets' was not found",
      ],
    ],
    [
      'a matrix',
      'jobs:\n- job: a\n  strategy:\n    matrix: {}\n  steps: []\n',
      [
        "/azure-pipelines.yml (Line: 4, Col: 5): 'strategy: matrix' is not supported by the sandbox",
      ],
    ],
    [
      'an else without if',
      'steps:\n- ${{ else }}:\n  - bash: x\n',
      [
        "/azure-pipelines.yml (Line: 2, Col: 3): The expression directive 'else' is not supported in this context",
      ],
    ],
    [
      'a template that is not there',
      steps('template: nope.yml'),
      [
        `/azure-pipelines.yml: File /nope.yml not found in repository https://localhost:7443/moorline/environments-platform/_git/environments branch refs/heads/main version ${'1'.repeat(
          40,
        )}.`,
      ],
    ],
    [
      'a path that leaves the repository',
      steps('template: ../../x.yml'),
      ['/azure-pipelines.yml: The file path ../../x.yml is invalid'],
    ],
    [
      'an unknown alias',
      steps('template: x.yml@nobody'),
      ['/azure-pipelines.yml: No repository found by name nobody'],
    ],
    [
      'an unknown checkout',
      steps('checkout: nobody'),
      [
        '/azure-pipelines.yml (Line: 2, Col: 13): No repository found by name nobody',
      ],
    ],
    [
      'a repository that is not there',
      'resources:\n  repositories:\n  - repository: x\n    type: git\n    name: nobody\nsteps: []\n',
      [
        '/azure-pipelines.yml (Line: 3, Col: 5): The repository nobody or its ref refs/heads/main was not found',
      ],
    ],
    [
      'GitHub',
      'resources:\n  repositories:\n  - repository: x\n    type: github\n    name: a/b\nsteps: []\n',
      [
        "/azure-pipelines.yml (Line: 4, Col: 11): Repositories of type 'github' are not supported",
      ],
    ],
    [
      'a trigger',
      'trigger: [main]\nsteps: []\n',
      [
        "/azure-pipelines.yml (Line: 1, Col: 10): 'trigger' other than none is not supported",
      ],
    ],
    [
      'Windows',
      'pool:\n  vmImage: windows-latest\nsteps: []\n',
      [
        "/azure-pipelines.yml (Line: 2, Col: 12): vmImage 'windows-latest' is not supported",
      ],
    ],
    [
      'a bad stage name',
      'stages:\n- stage: a-b\n  jobs: []\n',
      [
        '/azure-pipelines.yml (Line: 2, Col: 10): Stage a-b has an invalid name.',
      ],
    ],
    [
      'an unknown stage',
      'stages:\n- stage: a\n  dependsOn: z\n  jobs: [{job: j, steps: []}]\n',
      [
        '/azure-pipelines.yml (Line: 2, Col: 3): Stage a depends on unknown stage z.',
      ],
    ],
    [
      'a circle of jobs',
      'jobs:\n- job: a\n  dependsOn: b\n  steps: []\n- job: b\n  dependsOn: a\n  steps: []\n',
      [
        '/azure-pipelines.yml (Line: 2, Col: 3): Stage __default job a depends on job b which creates a cycle',
        '/azure-pipelines.yml (Line: 5, Col: 3): Stage __default job b depends on job a which creates a cycle',
      ],
    ],
    [
      'a deployment named deploy',
      'jobs:\n- deployment: deploy\n  environment: e\n',
      ["/azure-pipelines.yml (Line: 2, Col: 15): 'deploy' is a keyword"],
    ],
    [
      'a canary',
      'jobs:\n- deployment: d\n  environment: e\n  strategy:\n    canary: {}\n',
      [
        "/azure-pipelines.yml (Line: 5, Col: 5): 'strategy: canary' is not supported",
      ],
    ],
    [
      'a step name that stands twice',
      'steps:\n- bash: a\n  name: n\n- bash: b\n  name: N\n',
      [
        '/azure-pipelines.yml (Line: 4, Col: 3): The step name N appears more than once.',
      ],
    ],
    [
      'several faults at once',
      'steps:\n- foo: 1\n- bash: a\n  enabled: maybe\n',
      [
        "/azure-pipelines.yml (Line: 2, Col: 3): Unexpected value 'foo'",
        "/azure-pipelines.yml (Line: 4, Col: 12): Expected a Boolean value, got 'maybe'",
      ],
    ],
    [
      'a template that includes itself',
      steps('template: azure-pipelines.yml'),
      [
        '/azure-pipelines.yml (Line: 2, Col: 3): No more than 100 templates may be used.',
      ],
    ],
  ])('refuses %s', async (_what, yaml, expected) => {
    const errors = await errorsOf(yaml);
    expect(errors).toHaveLength(expected.length);
    errors.forEach((error, i) => {
      expect(error.slice(0, expected[i].length)).toBe(expected[i]);
    });
  });

  it('checks parameters of a run and of a template', async () => {
    const yaml = `
parameters:
- name: tier
  type: string
  values: [dev, prod]
- name: nodes
  type: number
  default: 3
- name: dry
  type: boolean
  default: false
- name: list
  type: object
  default: []
steps:
- template: t.yml
  parameters:
    wrong: 1
    nodes: many
`;
    const files = {
      't.yml':
        'parameters:\n- name: nodes\n  type: number\n- name: must\nsteps:\n- bash: x\n',
    };
    expect(
      await errorsOf(yaml, {
        files,
        parameters: { tier: 'qa', nodes: 'x', dry: 'perhaps', other: '1' },
      }),
    ).toEqual([
      "/azure-pipelines.yml (Line: 1, Col: 1): Unexpected parameter 'other'",
      "/azure-pipelines.yml (Line: 3, Col: 3): The 'tier' parameter value 'qa' is not an allowed value. Allowed values: dev, prod",
      "/azure-pipelines.yml (Line: 6, Col: 3): The 'nodes' parameter value 'x' is not a valid Number.",
      "/azure-pipelines.yml (Line: 9, Col: 3): The 'dry' parameter value 'perhaps' is not a valid Boolean.",
    ]);
    expect(await errorsOf(yaml, { files })).toEqual([
      "/azure-pipelines.yml (Line: 2, Col: 1): A value for the 'tier' parameter must be provided.",
    ]);
    expect(
      await errorsOf(yaml, { files, parameters: { tier: 'dev' } }),
    ).toEqual([
      "/azure-pipelines.yml (Line: 18, Col: 12): Unexpected parameter 'wrong'",
      "/azure-pipelines.yml (Line: 19, Col: 12): The 'nodes' parameter value 'many' is not a valid Number.",
      "/azure-pipelines.yml (Line: 18, Col: 5): A value for the 'must' parameter must be provided.",
    ]);
  });

  it('uses the override of a preview in the place of the file', async () => {
    const pipeline = await expandPipeline(
      memoryFiles({ environments: { 'azure-pipelines.yml': 'steps: []' } }),
      {
        repository: 'environments',
        ref: 'refs/heads/main',
        path: 'azure-pipelines.yml',
        override: 'steps:\n- script: echo override\n',
      },
      {},
      CONTEXT,
    );
    expect(pipeline.yaml).toContain('echo override');
  });
});
