import { forbidden } from '../api/errors';
import { ClusterNetwork } from '../network';
import { Namespace, Service } from '../objects/cluster';
import { valueAt } from '../objects/json';
import { KubeObject } from '../objects/meta';
import { Pod, PodSpec } from '../objects/pod';
import { TYPES } from '../schema/builtin';
import { ResourceType } from '../schema/resourceType';
import { Store } from '../store/store';
import { admitPod } from './podAdmission';
import { Level, violations } from './podSecurity';
import { ServiceAddresses } from './serviceAddresses';

const LEVELS: Level[] = ['privileged', 'baseline', 'restricted'];
const LABEL = 'pod-security.kubernetes.io';

const TEMPLATES: Record<string, string> = {
  [TYPES.deployments.key]: 'spec.template.spec',
  [TYPES.replicaSets.key]: 'spec.template.spec',
  [TYPES.statefulSets.key]: 'spec.template.spec',
  [TYPES.daemonSets.key]: 'spec.template.spec',
  [TYPES.jobs.key]: 'spec.template.spec',
  [TYPES.cronJobs.key]: 'spec.jobTemplate.spec.template.spec',
};

/** What happens to objects between defaults and storage. */
export class Admission {
  private readonly addresses: ServiceAddresses;

  constructor(private readonly store: Store, network: ClusterNetwork) {
    this.addresses = new ServiceAddresses(store, network.services);
  }

  /** Fills in what depends on other objects. @throws ApiError when that is impossible */
  mutate(type: ResourceType, object: KubeObject, old?: KubeObject) {
    if (type.key === TYPES.pods.key && !old) {
      admitPod(this.store, object as Pod);
    }
    if (type.key === TYPES.services.key) {
      this.addresses.allocate(object as Service, old as Service | undefined);
    }
    if (type.key === TYPES.claims.key && !old) {
      object.metadata.finalizers ??= ['kubernetes.io/pvc-protection'];
    }
  }

  private level(namespace: string | undefined, mode: string): [Level, string] {
    const labels = this.store.get<Namespace>(
      TYPES.namespaces,
      undefined,
      namespace ?? '',
    )?.metadata.labels;
    const level = labels?.[`${LABEL}/${mode}`] as Level;
    const version = labels?.[`${LABEL}/${mode}-version`] ?? 'latest';
    return [LEVELS.includes(level) ? level : 'privileged', version];
  }

  /**
   * Pod Security as the namespace's labels ask for it: violating pods are refused, workloads that would make such pods
   * are let in with a warning.
   * @returns warnings for the writer
   * @throws ApiError 403
   */
  checkPodSecurity(type: ResourceType, object: KubeObject): string[] {
    const { namespace, name } = object.metadata;
    const isPod = type.key === TYPES.pods.key;
    const path = isPod ? 'spec' : TEMPLATES[type.key];
    const spec = path
      ? (valueAt(object, path) as PodSpec | undefined)
      : undefined;
    if (!spec?.containers) return [];
    if (isPod) {
      const [level, version] = this.level(namespace, 'enforce');
      const found = violations(level, spec);
      if (found) {
        throw forbidden(
          type,
          name,
          `violates PodSecurity "${level}:${version}": ${found}`,
        );
      }
    }
    // Without a `warn` label the enforced level warns for templates, whose pods would be refused later.
    let [level, version] = this.level(namespace, 'warn');
    if (level === 'privileged' && !isPod) {
      [level, version] = this.level(namespace, 'enforce');
    }
    const found = violations(level, spec);
    return found
      ? [`would violate PodSecurity "${level}:${version}": ${found}`]
      : [];
  }
}
