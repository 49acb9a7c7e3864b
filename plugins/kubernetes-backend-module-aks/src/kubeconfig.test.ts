import { stringify } from 'yaml';
import { connectionFromKubeconfig } from './kubeconfig';

const kubeconfig = (user: object) =>
  stringify({
    'current-context': 'aks-orders',
    contexts: [
      { name: 'other', context: { cluster: 'other', user: 'other' } },
      { name: 'aks-orders', context: { cluster: 'aks-orders', user: 'me' } },
    ],
    clusters: [
      { name: 'other', cluster: { server: 'https://other' } },
      {
        name: 'aks-orders',
        cluster: {
          server: 'https://aks-orders.example:443',
          'certificate-authority-data': 'Q0E=',
        },
      },
    ],
    users: [
      { name: 'other', user: { token: 'no' } },
      { name: 'me', user },
    ],
  });

describe('connectionFromKubeconfig', () => {
  it('uses a token as it is', () => {
    expect(connectionFromKubeconfig(kubeconfig({ token: 'secret' }))).toEqual({
      url: 'https://aks-orders.example:443',
      caData: 'Q0E=',
      authMetadata: {
        'kubernetes.io/auth-provider': 'serviceAccount',
        serviceAccountToken: 'secret',
      },
    });
  });

  it("signs in with the portal's own identity where kubelogin is asked for", () => {
    const exec = { command: 'kubelogin', args: ['get-token'] };
    expect(connectionFromKubeconfig(kubeconfig({ exec })).authMetadata).toEqual(
      { 'kubernetes.io/auth-provider': 'azure' },
    );
  });

  it.each([
    ['is empty', '', /no server/],
    ['names no user', kubeconfig({}), /turn on Entra ID/],
    [
      'has a client certificate only',
      kubeconfig({ 'client-certificate-data': 'eA==' }),
      /neither a token nor kubelogin/,
    ],
  ])('refuses a kubeconfig that %s', (_, text, message) => {
    expect(() => connectionFromKubeconfig(text)).toThrow(message);
  });
});
