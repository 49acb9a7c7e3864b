import { parse } from 'yaml';

/** How to reach a cluster and as whom, as Backstage's Kubernetes plugin wants to know it. */
export interface ClusterConnection {
  url: string;
  /** PEM of the authority, in base64. */
  caData?: string;
  authMetadata: Record<string, string>;
}

interface KubeconfigCluster {
  server?: string;
  'certificate-authority-data'?: string;
}

interface KubeconfigUser {
  token?: string;
  exec?: { command?: string };
  'auth-provider'?: { name?: string };
}

/** The metadata key by which the plugin chooses how to authenticate. */
const AUTH_PROVIDER = 'kubernetes.io/auth-provider';

/**
 * Reads the connection of a kubeconfig's current context.
 *
 * What the kubeconfig says decides: a token is used as it is; `kubelogin` (Entra ID) means that the portal signs in with
 * its own identity, as Backstage's provider "azure" does.
 * @throws when it names no server or no way to authenticate that can be used without a person
 */
export function connectionFromKubeconfig(text: string): ClusterConnection {
  const kubeconfig = parse(text);
  const context = byName(kubeconfig?.contexts, kubeconfig?.['current-context']);
  const cluster: KubeconfigCluster | undefined = byName(
    kubeconfig?.clusters,
    context?.context?.cluster,
  )?.cluster;
  const user: KubeconfigUser | undefined = byName(
    kubeconfig?.users,
    context?.context?.user,
  )?.user;
  if (!cluster?.server) {
    throw new Error('its kubeconfig names no server');
  }
  return {
    url: cluster.server,
    caData: cluster['certificate-authority-data'],
    authMetadata: authOf(user ?? {}),
  };
}

function authOf(user: KubeconfigUser): Record<string, string> {
  if (user.token) {
    return {
      [AUTH_PROVIDER]: 'serviceAccount',
      serviceAccountToken: user.token,
    };
  }
  if (user.exec?.command || user['auth-provider']?.name === 'azure') {
    return { [AUTH_PROVIDER]: 'azure' };
  }
  throw new Error(
    'its kubeconfig has neither a token nor kubelogin: turn on Entra ID for the cluster, or its local accounts',
  );
}

function byName(list: any, name: unknown): any {
  return Array.isArray(list)
    ? list.find(entry => entry?.name === name)
    : undefined;
}
