import { forbidden } from '../api/errors';
import { KubeObject } from '../objects/meta';
import {
  allContainers,
  Pod,
  PodSpec,
  Resources,
  Toleration,
} from '../objects/pod';
import { TYPES } from '../schema/builtin';
import { randomSuffix, Store } from '../store/store';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const EVICT_AFTER_SECONDS = 300;

function sameResources(list: Resources[]): boolean {
  return list.every(({ requests = {}, limits = {} }) =>
    ['cpu', 'memory'].every(
      name => limits[name] !== undefined && limits[name] === requests[name],
    ),
  );
}

/** The quality of service that a pod's resources give it. */
export function qosClass(spec: PodSpec): string {
  const resources = allContainers(spec).map(c => c.resources ?? {});
  const any = resources.some(
    r =>
      Object.keys(r.requests ?? {}).length ||
      Object.keys(r.limits ?? {}).length,
  );
  if (!any) return 'BestEffort';
  return sameResources(resources) ? 'Guaranteed' : 'Burstable';
}

/** Mounts the service account's token into every container, unless the pod or the account asks not to. */
function mountToken(spec: PodSpec, account: KubeObject) {
  const automount =
    spec.automountServiceAccountToken ??
    (account as { automountServiceAccountToken?: boolean })
      .automountServiceAccountToken ??
    true;
  if (!automount) return;
  const mounted = allContainers(spec).every(container =>
    container.volumeMounts?.some(mount => mount.mountPath === TOKEN_PATH),
  );
  if (mounted) return;
  const name = `kube-api-access-${randomSuffix()}`;
  spec.volumes = [
    ...(spec.volumes ?? []),
    {
      name,
      projected: {
        defaultMode: 0o644,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          {
            configMap: {
              name: 'kube-root-ca.crt',
              items: [{ key: 'ca.crt', path: 'ca.crt' }],
            },
          },
          {
            downwardAPI: {
              items: [
                {
                  path: 'namespace',
                  fieldRef: {
                    apiVersion: 'v1',
                    fieldPath: 'metadata.namespace',
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ];
  for (const container of allContainers(spec)) {
    if (container.volumeMounts?.some(m => m.mountPath === TOKEN_PATH)) continue;
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath: TOKEN_PATH },
    ];
  }
}

function tolerateBriefOutages(spec: PodSpec) {
  const tolerations: Toleration[] = spec.tolerations ?? [];
  for (const condition of ['not-ready', 'unreachable']) {
    const key = `node.kubernetes.io/${condition}`;
    if (tolerations.some(t => !t.key || t.key === key)) continue;
    tolerations.push({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: EVICT_AFTER_SECONDS,
    });
  }
  spec.tolerations = tolerations;
}

/**
 * What the API server's admission adds to a new pod: service account and its token, tolerations, priority, QoS.
 * @throws ApiError 403 when the service account does not exist
 */
export function admitPod(store: Store, pod: Pod) {
  const { spec, metadata } = pod;
  if (!spec?.containers) return;
  spec.serviceAccountName ||= 'default';
  spec.serviceAccount = spec.serviceAccountName;
  const account = store.get(
    TYPES.serviceAccounts,
    metadata.namespace,
    spec.serviceAccountName,
  );
  if (!account) {
    const name = `${metadata.namespace}/${spec.serviceAccountName}`;
    throw forbidden(
      TYPES.pods,
      metadata.name,
      `error looking up service account ${name}: serviceaccount "${spec.serviceAccountName}" not found`,
    );
  }
  mountToken(spec, account);
  tolerateBriefOutages(spec);
  spec.priority ??= 0;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
  pod.status = { phase: 'Pending', qosClass: qosClass(spec) };
}
