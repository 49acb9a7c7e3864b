import { chmod, rm, stat, writeFile } from 'fs/promises';
import { randomUUID } from 'crypto';
import { dirname, isAbsolute, join, resolve } from 'path';
import { serviceConnection } from './azure-cli';
import { words } from './scripts';
import {
  ProcessOutcome,
  TaskContext,
  TaskFailure,
  TaskRunner,
  flag,
  needed,
  sourcesOf,
} from './task-context';

const MAX_OUTPUT = 32_766;
const KUBECONFIG = 'KUBECONFIG';

/** HelmDeploy@1: composes the helm command line as the real task does and runs it against the cluster. */
export const helmDeploy: TaskRunner = async context => {
  const { helm } = context.options.tools;
  if (!helm) {
    throw new TaskFailure(
      "Unable to locate executable file: 'helm'. Helm is not on this machine: see the README's troubleshooting for how to get it.",
    );
  }
  serviceConnection(context, needed(context, 'azureSubscription'));
  const command = (context.inputs.command ?? 'ls').toLowerCase();
  if (command === 'logout') {
    await logOut(context);
    return;
  }
  const kubeconfig = await writeKubeconfig(context);
  if (command === 'login') {
    // The steps that follow find the cluster; the file goes with the job's folder.
    context.variables.set(KUBECONFIG, kubeconfig);
    context.log(`KUBECONFIG is set to ${kubeconfig}`);
    return;
  }
  try {
    const args = [command, ...(await commandLine(context, command))];
    const outcome = await context.run({
      command: helm,
      args,
      shown: [helm, ...args].join(' '),
      env: { KUBECONFIG: kubeconfig },
    });
    judge(context, outcome);
  } finally {
    await rm(kubeconfig, { force: true });
  }
};

function judge(context: TaskContext, outcome: ProcessOutcome): void {
  const output = outcome.stdout.join('\n');
  context.variables.set('helmExitCode', String(outcome.code));
  if (output.length <= MAX_OUTPUT) {
    context.variables.set('helmOutput', output);
  } else {
    context.warning(
      `The helm output has ${output.length} characters and is not set as the output variable 'helmOutput', which holds ${MAX_OUTPUT}`,
    );
  }
  const said = outcome.stderr.join('\n').trim();
  if (outcome.code !== 0) {
    throw new TaskFailure(said || `helm exited with code ${outcome.code}`);
  }
  if (flag(context, 'failOnStderr') && said) throw new TaskFailure(said);
}

async function logOut(context: TaskContext): Promise<void> {
  const path = context.variables.get(KUBECONFIG);
  if (path && dirname(path) === context.workspace.temp) {
    await rm(path, { force: true });
  }
  context.variables.set(KUBECONFIG, '');
}

async function writeKubeconfig(context: TaskContext): Promise<string> {
  const group = needed(context, 'azureResourceGroup');
  const cluster = needed(context, 'kubernetesCluster');
  const config = context.options.kubeconfig(group, cluster);
  if (!config) {
    throw new TaskFailure(
      `Could not fetch access profile for cluster ${cluster}: there is no cluster of that name in resource group ${group}. Has Terraform been applied?`,
    );
  }
  // The token in it is the cluster's; it must not be readable in a log.
  for (const [, token] of config.matchAll(/^\s*token:\s*["']?([^\s"']+)/gm)) {
    context.secret(token);
  }
  const path = join(context.workspace.temp, `kubeconfig-${randomUUID()}`);
  await writeFile(path, config, { mode: 0o600 });
  await chmod(path, 0o600);
  return path;
}

async function commandLine(
  context: TaskContext,
  command: string,
): Promise<string[]> {
  const debug = context.variables.get('system.debug')?.toLowerCase() === 'true';
  const own = await ownArguments(context, command);
  return [...(debug ? ['--debug'] : []), ...own];
}

async function ownArguments(
  context: TaskContext,
  command: string,
): Promise<string[]> {
  const { inputs } = context;
  const namespace = inputs.namespace ? ['--namespace', inputs.namespace] : [];
  const extra = words(inputs.arguments);
  const release = inputs.releaseName ? [inputs.releaseName] : [];
  switch (command) {
    case 'upgrade':
      return [
        ...namespace,
        ...(flag(context, 'install', true) ? ['--install'] : []),
        ...(flag(context, 'recreate') ? ['--recreate-pods'] : []),
        ...(flag(context, 'resetValues') ? ['--reset-values'] : []),
        ...(flag(context, 'force') ? ['--force'] : []),
        ...(await values(context)),
        ...(flag(context, 'waitForExecution', true) ? ['--wait'] : []),
        ...extra,
        // Without a name the real task takes the build number.
        inputs.releaseName ||
          (context.variables.get('Build.BuildNumber') ?? ''),
        ...(await chart(context)),
      ];
    case 'install':
      return [
        ...namespace,
        ...(await values(context)),
        ...(flag(context, 'updateDependency') ? ['--dep-up'] : []),
        ...(release.length > 0 ? release : ['--generate-name']),
        ...(flag(context, 'waitForExecution', true) ? ['--wait'] : []),
        ...extra,
        ...(await chart(context)),
      ];
    case 'uninstall':
    case 'delete':
      return [...release, ...namespace, ...extra];
    case 'rollback':
      return [...release, ...extra, ...namespace];
    default:
      // test, status, list, …: the release, if any, stands in the arguments.
      return [...namespace, ...extra];
  }
}

async function values(context: TaskContext): Promise<string[]> {
  const { valueFile, overrideValues } = context.inputs;
  const set = overrideValues
    ?.split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(',');
  return [
    ...(valueFile ? ['--values', await existingPath(context, valueFile)] : []),
    ...(set ? words(`--set ${set}`) : []),
  ];
}

async function chart(context: TaskContext): Promise<string[]> {
  const { chartType = 'Name', chartVersion } = context.inputs;
  const name =
    chartType.toLowerCase() === 'name'
      ? needed(context, 'chartName')
      : await existingPath(context, needed(context, 'chartPath'));
  return [name, ...(chartVersion ? ['--version', chartVersion] : [])];
}

/** Relative paths start at the sources; one that does not exist is left for helm to name. */
async function existingPath(
  context: TaskContext,
  given: string,
): Promise<string> {
  if (isAbsolute(given) || /^https?:/.test(given)) return given;
  const absolute = resolve(sourcesOf(context), given);
  if (!(await stat(absolute).catch(() => undefined))) {
    throw new TaskFailure(`Not found ${given}: there is no ${absolute}`);
  }
  return absolute;
}
