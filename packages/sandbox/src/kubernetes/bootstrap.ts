import { copy } from './objects/json';
import { JsonObject, KubeObject } from './objects/meta';
import { ObjectWriter } from './api/writer';
import { builtinDefinitions } from './custom/builtinDefinitions';
import { addressIn, ClusterNetwork } from './network';
import { TYPES } from './schema/builtin';
import { Registry } from './schema/registry';
import { ResourceType } from './schema/resourceType';

const MANAGER = 'aks-bootstrap';
const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

const disk = (name: string, sku: string, isDefault = false) => ({
  metadata: {
    name,
    annotations: isDefault
      ? { 'storageclass.kubernetes.io/is-default-class': 'true' }
      : undefined,
  },
  provisioner: 'disk.csi.azure.com',
  parameters: { skuname: sku },
  reclaimPolicy: 'Delete',
  allowVolumeExpansion: true,
  volumeBindingMode: 'WaitForFirstConsumer',
});

const files = (name: string, sku: string) => ({
  ...disk(name, sku),
  provisioner: 'file.csi.azure.com',
  volumeBindingMode: 'Immediate',
});

/** The storage classes that AKS comes with. */
const STORAGE_CLASSES = [
  disk('default', 'StandardSSD_LRS', true),
  disk('managed', 'StandardSSD_LRS'),
  disk('managed-csi', 'StandardSSD_LRS'),
  disk('managed-csi-premium', 'Premium_LRS'),
  disk('managed-premium', 'Premium_LRS'),
  files('azurefile', 'Standard_LRS'),
  files('azurefile-csi', 'Standard_LRS'),
  files('azurefile-csi-premium', 'Premium_LRS'),
];

const PRIORITY_CLASSES = [
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
].map(([name, value]) => ({ metadata: { name }, value }));

/** Puts into a new cluster what AKS comes with; what is there already stays. */
export function bootstrap(
  writer: ObjectWriter,
  registry: Registry,
  network: ClusterNetwork,
  furnish: (namespace: string) => void,
) {
  const { store } = writer;
  const ensure = (
    type: ResourceType,
    namespace: string | undefined,
    body: object,
  ) => {
    const { name } = (body as KubeObject).metadata;
    if (store.get(type, namespace, name)) return;
    const object = copy(body) as JsonObject;
    writer.create(type, namespace, object, { manager: MANAGER });
  };
  for (const name of NAMESPACES) {
    ensure(TYPES.namespaces, undefined, { metadata: { name } });
    furnish(name);
  }
  STORAGE_CLASSES.forEach(body =>
    ensure(TYPES.storageClasses, undefined, body),
  );
  PRIORITY_CLASSES.forEach(body =>
    ensure(TYPES.priorityClasses, undefined, body),
  );
  ensure(TYPES.services, 'default', {
    metadata: {
      name: 'kubernetes',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: addressIn(network.services, 1),
      ports: [{ name: 'https', port: 443, targetPort: 443 }],
    },
  });
  for (const definition of builtinDefinitions()) {
    ensure(TYPES.customResources, undefined, definition);
  }
  const gatewayClass = registry.ofKind(
    'gateway.networking.k8s.io/v1',
    'GatewayClass',
  );
  if (gatewayClass) {
    ensure(gatewayClass, undefined, {
      metadata: { name: 'envoy' },
      spec: {
        controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
      },
    });
  }
  for (const name of ['cluster-admin', 'admin', 'edit', 'view']) {
    const type = registry.ofKind('rbac.authorization.k8s.io/v1', 'ClusterRole');
    if (!type) continue;
    ensure(type, undefined, {
      metadata: { name },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    });
  }
}
