import * as yaml from 'js-yaml';

export interface KubeconfigOptions {
  name: string;
  resourceGroup: string;
  /** URL of the cluster's API. */
  server: string;
  token: string;
  /** CA certificate in PEM; left out: what the client trusts anyway. */
  ca?: string;
}

/** A kubeconfig with one context, named as Azure names them. */
export function kubeconfigOf(options: KubeconfigOptions): string {
  const { name, resourceGroup, server, token, ca } = options;
  const user = `clusterUser_${resourceGroup}_${name}`;
  return yaml.dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          ...(ca
            ? {
                'certificate-authority-data':
                  Buffer.from(ca).toString('base64'),
              }
            : {}),
          server,
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
    preferences: {},
    users: [{ name: user, user: { token } }],
  });
}
