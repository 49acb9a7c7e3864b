import { clusterName, resourceGroupName } from '@moorline/environment-model';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from './failures';

const API_VERSION = '2026-04-01';
const AZURE = 'https://management.azure.com';

/**
 * The kubeconfig of an environment's cluster, as Azure hands it to the caller: what they may do in the cluster is Azure's
 * business. Azure is asked with MOORLINE_AZURE_TOKEN or, without it, as whoever is signed in to the `az` command.
 */
export async function kubeconfigOf(
  environment: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string> {
  const subscription = env.MOORLINE_AZURE_SUBSCRIPTION || (await az('id'));
  const token = env.MOORLINE_AZURE_TOKEN || (await az('token'));
  const endpoint = (env.MOORLINE_AZURE_ENDPOINT || AZURE).replace(/\/+$/, '');
  const cluster = `/subscriptions/${subscription}/resourceGroups/${resourceGroupName(
    environment,
  )}/providers/Microsoft.ContainerService/managedClusters/${clusterName(
    environment,
  )}`;
  const answer = await fetch(
    `${endpoint}${cluster}/listClusterUserCredential?api-version=${API_VERSION}`,
    { method: 'POST', headers: { authorization: `Bearer ${token}` }, signal },
  );
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const why = body.error?.message ?? `it answered ${answer.status}`;
    throw new Error(`Azure gives no kubeconfig of "${environment}": ${why}`);
  }
  return Buffer.from(body.kubeconfigs[0].value, 'base64').toString();
}

const QUESTIONS = {
  id: ['account', 'show', '--query', 'id', '--output', 'tsv'],
  token: [
    ...['account', 'get-access-token', '--resource', AZURE],
    ...['--query', 'accessToken', '--output', 'tsv'],
  ],
};

async function az(question: keyof typeof QUESTIONS): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('az', QUESTIONS[question]);
    return stdout.trim();
  } catch {
    throw new UsageError(
      'Azure is not signed in to: run "az login", or set MOORLINE_AZURE_SUBSCRIPTION and MOORLINE_AZURE_TOKEN.',
    );
  }
}
