import taskInputs from './task-inputs.json';

/** What the schema says of one input. */
interface InputRule {
  type?: string;
  values?: string[];
  aliases?: string[];
}

/** A task that the agent can run. */
export interface TaskDefinition {
  /** As Azure writes it, e.g. `AzureCLI`. */
  name: string;
  version: string;
  /** What the head of its log says. */
  description: string;
  inputs: Record<string, InputRule>;
  /** Inputs that must be there. */
  required: string[];
  /** Values other than the schema's that the real task takes as well (it lets people type any). */
  editable: string[];
  /** Why a given input or value is refused: the agent has no counterpart for it. */
  refused(inputs: Record<string, string>): Record<string, string>;
  /** Inputs that name a service connection. */
  connections: string[];
}

type Rules = Partial<Omit<TaskDefinition, 'name' | 'version' | 'inputs'>> & {
  description: string;
};

const only =
  (input: string, allowed: string[], reason: string) =>
  (inputs: Record<string, string>): Record<string, string> => {
    const value = inputs[input];
    return value === undefined || allowed.includes(value.toLowerCase())
      ? {}
      : { [input]: reason };
  };

const never =
  (names: string[], reason: string) =>
  (inputs: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      names.filter(name => name in inputs).map(name => [name, reason]),
    );

const HELM_COMMANDS = [
  'delete',
  'get',
  'history',
  'install',
  'lint',
  'list',
  'login',
  'logout',
  'ls',
  'rollback',
  'status',
  'template',
  'test',
  'uninstall',
  'upgrade',
];

const RULES: Record<string, Rules> = {
  'AzureCLI@2': {
    description:
      'Run Azure CLI commands against an Azure subscription in a script',
    required: ['azureSubscription', 'scriptType'],
    connections: ['azureSubscription'],
    refused: inputs => ({
      ...only('scriptType', ['bash'], 'use scriptType: bash')(inputs),
      ...never(
        ['powerShellErrorActionPreference', 'powerShellIgnoreLASTEXITCODE'],
        'there is no PowerShell',
      )(inputs),
    }),
  },
  'Bash@3': {
    description: 'Run a Bash script on macOS, Linux, or Windows',
  },
  'CmdLine@2': {
    description:
      'Run a command line script using Bash on Linux and macOS and cmd.exe on Windows',
  },
  'DownloadPipelineArtifact@2': {
    description: 'Download build and pipeline artifacts',
    refused: inputs => ({
      ...only(
        'buildType',
        ['current'],
        'only artifacts of the current run can be downloaded',
      )(inputs),
      ...never(
        [
          'project',
          'definition',
          'specificBuildWithTriggering',
          'buildVersionToDownload',
          'branchName',
          'pipelineId',
          'tags',
          'allowPartiallySucceededBuilds',
          'allowFailedBuilds',
        ],
        'only artifacts of the current run can be downloaded',
      )(inputs),
    }),
  },
  'HelmDeploy@1': {
    description:
      'Deploy, configure, update a Kubernetes cluster in Azure Container Service by running helm commands',
    // The schema asks for the registry's inputs with every command; only some commands use them.
    connections: ['azureSubscription', 'azureSubscriptionForACR'],
    editable: ['command'],
    refused: inputs => ({
      ...only(
        'connectionType',
        ['azure resource manager'],
        'use connectionType: Azure Resource Manager',
      )(inputs),
      ...only(
        'command',
        HELM_COMMANDS,
        `the commands are ${HELM_COMMANDS.join(', ')}`,
      )(inputs),
      ...never(
        ['kubernetesServiceConnection', 'chartNameForACR', 'chartPathForACR'],
        'only connectionType: Azure Resource Manager and charts of the run are known',
      )(inputs),
      ...never(
        [
          'destination',
          'canaryImage',
          'upgradeTiller',
          'save',
          'enableTls',
          'caCert',
          'certificate',
          'privatekey',
          'tillerNamespace',
        ],
        'it is for Helm 2 or for commands that the sandbox does not run',
      )(inputs),
    }),
  },
  'HelmInstaller@1': {
    description: 'Install Helm on an agent machine',
  },
  'KubeloginInstaller@0': {
    description: 'Helps to install kubelogin',
    refused: never(
      ['gitHubConnection'],
      'nothing is downloaded, so no connection is needed',
    ),
  },
  'PublishPipelineArtifact@1': {
    description:
      'Publish (upload) a file or directory as a named artifact for the current run',
    refused: inputs => ({
      ...only(
        'publishLocation',
        ['pipeline'],
        'use publishLocation: pipeline',
      )(inputs),
      ...never(
        ['fileSharePath', 'parallel', 'parallelCount', 'properties'],
        'it is for file shares, which the sandbox does not have',
      )(inputs),
    }),
  },
};

/** Every task of the catalog by lower case `name@version`. */
export const TASKS: ReadonlyMap<string, TaskDefinition> = new Map(
  Object.entries(taskInputs.tasks as Record<string, Record<string, InputRule>>)
    .map(([reference, inputs]): [string, TaskDefinition] => {
      const [name, version] = reference.split('@');
      return [
        reference.toLowerCase(),
        {
          name,
          version,
          inputs,
          required: [],
          editable: [],
          connections: [],
          refused: () => ({}),
          ...RULES[reference],
        },
      ];
    })
    .concat([
      [
        'checkout@1',
        {
          name: 'Checkout',
          version: '1',
          description: 'Get sources from a repository',
          inputs: {},
          required: [],
          editable: [],
          connections: [],
          refused: () => ({}),
        },
      ],
    ]),
);

/** `AzureCLI@2, Bash@3, …` for messages. */
export function taskNames(): string {
  return Object.keys(taskInputs.tasks).join(', ');
}

/** An input's name in the schema, for a name or alias in any case. */
export function canonicalInput(
  task: TaskDefinition,
  given: string,
): string | undefined {
  const wanted = given.toLowerCase();
  return Object.keys(task.inputs).find(
    name =>
      name.toLowerCase() === wanted ||
      task.inputs[name].aliases?.some(alias => alias.toLowerCase() === wanted),
  );
}
