import { ConfigMap, Namespace } from '../objects/cluster';
import { KubeObject } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { deleteObject } from '../store/deletion';
import { Change } from '../store/store';
import { Controller, ControllerContext, ownKey } from './controller';
import { Key } from './queue';

const LOOK_AGAIN_MS = 100;

/** Gives each namespace what it begins with, and empties those that are being deleted. */
export class NamespaceController extends Controller {
  constructor(context: ControllerContext, private readonly ca: string) {
    super('namespace-controller', context);
  }

  keys(change: Change): Key[] {
    return ownKey(change, TYPES.namespaces);
  }

  reconcile({ name }: Key) {
    const namespace = this.store.get<Namespace>(
      TYPES.namespaces,
      undefined,
      name,
    );
    if (!namespace) return;
    if (namespace.metadata.deletionTimestamp) this.empty(namespace);
    else this.furnish(name);
  }

  /** The default service account and the cluster's CA. Namespaces are useless without, so writers call it at once. */
  furnish(namespace: string) {
    const metadata = (name: string) =>
      ({ name, namespace } as KubeObject['metadata']);
    if (!this.store.get(TYPES.serviceAccounts, namespace, 'default')) {
      this.store.create(TYPES.serviceAccounts, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: metadata('default'),
      });
    }
    if (!this.store.get(TYPES.configMaps, namespace, 'kube-root-ca.crt')) {
      const map: ConfigMap = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: metadata('kube-root-ca.crt'),
        data: { 'ca.crt': this.ca },
      };
      this.store.create(TYPES.configMaps, map);
    }
  }

  private empty({ metadata }: Namespace) {
    const { name } = metadata;
    let left = 0;
    for (const type of this.context.registry.stored()) {
      if (!type.namespaced) continue;
      for (const object of this.store.list(type, name)) {
        left++;
        if (object.metadata.deletionTimestamp) continue;
        deleteObject(this.store, type, name, object.metadata.name, {
          propagationPolicy: 'Background',
        });
      }
    }
    if (left || metadata.finalizers?.length) {
      this.later(LOOK_AGAIN_MS, { name });
      return;
    }
    this.store.remove(TYPES.namespaces, undefined, name);
  }
}
