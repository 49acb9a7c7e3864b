import { PrinterColumn } from '../schema/resourceType';

interface Kind {
  group: string;
  kind: string;
  plural: string;
  shortNames?: string[];
  cluster?: boolean;
  status?: boolean;
  versions: string[];
  columns?: [name: string, jsonPath: string][];
}

const GATEWAY = 'gateway.networking.k8s.io';
const SECRETS_STORE = 'secrets-store.csi.x-k8s.io';

/** The custom resources that AKS's add-ons bring: Gateway API and the Secrets Store CSI driver. */
const KINDS: Kind[] = [
  {
    group: GATEWAY,
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    shortNames: ['gc'],
    cluster: true,
    status: true,
    versions: ['v1', 'v1beta1'],
    columns: [
      ['Controller', '.spec.controllerName'],
      ['Accepted', '.status.conditions[?(@.type=="Accepted")].status'],
    ],
  },
  {
    group: GATEWAY,
    kind: 'Gateway',
    plural: 'gateways',
    shortNames: ['gtw'],
    status: true,
    versions: ['v1', 'v1beta1'],
    columns: [
      ['Class', '.spec.gatewayClassName'],
      ['Address', '.status.addresses[0].value'],
      ['Programmed', '.status.conditions[?(@.type=="Programmed")].status'],
    ],
  },
  {
    group: GATEWAY,
    kind: 'HTTPRoute',
    plural: 'httproutes',
    status: true,
    versions: ['v1', 'v1beta1'],
    columns: [['Hostnames', '.spec.hostnames']],
  },
  {
    group: GATEWAY,
    kind: 'GRPCRoute',
    plural: 'grpcroutes',
    status: true,
    versions: ['v1'],
    columns: [['Hostnames', '.spec.hostnames']],
  },
  {
    group: GATEWAY,
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    shortNames: ['refgrant'],
    versions: ['v1beta1'],
  },
  {
    group: SECRETS_STORE,
    kind: 'SecretProviderClass',
    plural: 'secretproviderclasses',
    versions: ['v1'],
  },
  {
    group: SECRETS_STORE,
    kind: 'SecretProviderClassPodStatus',
    plural: 'secretproviderclasspodstatuses',
    versions: ['v1'],
  },
];

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
};

const FREE = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** CustomResourceDefinitions of the kinds above. Their schemas are open: only real ones could say more. */
export function builtinDefinitions() {
  return KINDS.map(
    ({
      group,
      kind,
      plural,
      shortNames,
      cluster,
      status,
      versions,
      columns,
    }) => ({
      metadata: {
        name: `${plural}.${group}`,
        // The API server demands it of groups under k8s.io.
        annotations: group.endsWith('.k8s.io')
          ? {
              'api-approved.kubernetes.io':
                'https://github.com/kubernetes-sigs/gateway-api/pull/2466',
            }
          : undefined,
      },
      spec: {
        group,
        scope: cluster ? 'Cluster' : 'Namespaced',
        names: {
          kind,
          listKind: `${kind}List`,
          plural,
          singular: kind.toLowerCase(),
          shortNames,
          categories: group === GATEWAY ? ['gateway-api'] : undefined,
        },
        versions: versions.map((name, i) => ({
          name,
          served: true,
          storage: i === 0,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: FREE,
                status: FREE,
              },
            },
          },
          subresources: status ? { status: {} } : undefined,
          additionalPrinterColumns: [
            ...(columns ?? []).map(([title, jsonPath]) => ({
              name: title,
              type: 'string',
              jsonPath,
            })),
            AGE,
          ],
        })),
      },
    }),
  );
}
