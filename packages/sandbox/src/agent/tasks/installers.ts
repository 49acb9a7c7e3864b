import { TaskFailure, TaskRunner } from './task-context';

/** HelmInstaller@1: the machine's own Helm is used, and the log says which. */
export const helmInstaller: TaskRunner = async context => {
  const { helm } = context.options.tools;
  if (!helm) {
    throw new TaskFailure(
      "Helm is not on this machine: see the README's troubleshooting for how to get it.",
    );
  }
  const outcome = await context.run({
    command: helm,
    args: ['version', '--short'],
    quiet: true,
  });
  const version = outcome.stdout.join(' ').trim();
  if (outcome.code !== 0) {
    throw new TaskFailure(`helm version failed: ${outcome.stderr.join('\n')}`);
  }
  const asked = context.inputs.helmVersionToInstall || 'latest';
  context.log(
    `Helm ${version} of this machine is used; ${asked} was asked for.`,
  );
  const bare = asked.replace(/^v/, '');
  if (asked !== 'latest' && !version.replace(/^v/, '').startsWith(bare)) {
    context.log(
      `Azure Pipelines would install Helm ${asked}. The sandbox downloads nothing.`,
    );
  }
};

/** KubeloginInstaller@0: the sandbox's clusters take a token, so kubelogin has no work. */
export const kubeloginInstaller: TaskRunner = async context => {
  context.log(
    `kubelogin ${
      context.inputs.kubeloginVersion || 'latest'
    } was asked for. The sandbox's clusters accept the token in their kubeconfig, so kubelogin is neither needed nor installed.`,
  );
};
