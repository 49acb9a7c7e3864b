import { ServiceConnection } from '../contract';
import {
  existing,
  folderOf,
  runScript,
  scriptFile,
  words,
  workingDirectory,
} from './scripts';
import {
  TaskContext,
  TaskFailure,
  TaskRunner,
  flag,
  needed,
} from './task-context';

/**
 * AzureCLI@2 with bash. With the Azure CLI on the machine it would sign in by the connection's
 * federated token; the sandbox's Azure has no sign-in endpoint for `az`, so scripts get the
 * connection's identity and `az` is left alone.
 */
export const azureCli: TaskRunner = async context => {
  const connection = serviceConnection(
    context,
    needed(context, 'azureSubscription'),
  );
  const token = await connection.idToken();
  context.secret(token);
  context.log(
    `Service connection ${connection.name}: service principal ${connection.servicePrincipalId} of tenant ${connection.tenantId}, by workload identity federation.`,
  );
  context.log(
    `Subscription: ${connection.subscriptionName} (${connection.subscriptionId})`,
  );
  context.log(
    'The script has the identity of the connection; az is not signed in, for the sandbox serves Terraform, Helm and clients of Resource Manager only.',
  );
  const inline =
    (context.inputs.scriptLocation ?? 'scriptPath').toLowerCase() ===
    'inlinescript';
  const script = inline
    ? await scriptFile(context, context.inputs.inlineScript ?? '')
    : await existing(context, needed(context, 'scriptPath'));
  const identity: Record<string, string> = flag(context, 'addSpnToEnvironment')
    ? {
        servicePrincipalId: connection.servicePrincipalId,
        tenantId: connection.tenantId,
        idToken: token,
      }
    : {};
  await runScript(context, {
    name: 'Script',
    args: [script, ...words(context.inputs.arguments)],
    cwd: await workingDirectory(
      context,
      'workingDirectory',
      inline ? undefined : folderOf(script),
    ),
    failOnStderr: flag(context, 'failOnStandardError'),
    env: {
      ...identity,
      AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: connection.id,
      AZURESUBSCRIPTION_CLIENT_ID: connection.servicePrincipalId,
      AZURESUBSCRIPTION_TENANT_ID: connection.tenantId,
    },
  });
};

/** The service connection of a name. @throws TaskFailure */
export function serviceConnection(
  context: TaskContext,
  name: string,
): ServiceConnection {
  const found = context.options.serviceConnections.find(
    known =>
      known.name.toLowerCase() === name.toLowerCase() || known.id === name,
  );
  if (!found) {
    throw new TaskFailure(
      `The service connection ${name} could not be found. It does not exist, has been disabled or has not been authorized for use.`,
    );
  }
  if (found.type.toLowerCase() !== 'azurerm') {
    throw new TaskFailure(
      `The service connection ${name} is of type ${found.type}; this task needs azurerm`,
    );
  }
  return found;
}
