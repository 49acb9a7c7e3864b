import { StorageClass } from '../objects/cluster';
import { KubeObject } from '../objects/meta';
import { isFinished, Pod } from '../objects/pod';
import { PersistentVolume, PersistentVolumeClaim } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { Change } from '../store/store';
import { Controller, ControllerContext, ownKey } from './controller';
import { Key } from './queue';
import { SELECTED_NODE } from './scheduler';

const PROTECTION = 'kubernetes.io/pvc-protection';
const PROVISIONER = 'pv.kubernetes.io/provisioned-by';

/** Provisions volumes for claims, and lets claims go when no pod uses them. */
export class VolumeController extends Controller {
  constructor(context: ControllerContext) {
    super('persistentvolume-controller', context);
  }

  keys(change: Change): Key[] {
    const own = ownKey(change, TYPES.claims);
    if (change.resource.key !== TYPES.pods.key) return own;
    const gone = change.type === 'DELETED' || isFinished(change.object as Pod);
    return gone ? this.claimsOf(change.object as Pod) : [];
  }

  private claimsOf({ spec, metadata }: Pod): Key[] {
    return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
      persistentVolumeClaim
        ? [
            {
              namespace: metadata.namespace,
              name: persistentVolumeClaim.claimName,
            },
          ]
        : [],
    );
  }

  reconcile(key: Key) {
    const { namespace, name } = key;
    const claim = this.store.get<PersistentVolumeClaim>(
      TYPES.claims,
      namespace,
      name,
    );
    if (!claim) this.release(key);
    else if (claim.metadata.deletionTimestamp) this.letGo(claim);
    else if (claim.status?.phase !== 'Bound') this.bind(claim);
    else this.grow(claim);
  }

  private letGo({ metadata }: PersistentVolumeClaim) {
    const { namespace, name } = metadata;
    const used = this.store
      .list<Pod>(TYPES.pods, namespace)
      .some(
        pod =>
          !isFinished(pod) &&
          this.claimsOf(pod).some(claim => claim.name === name),
      );
    if (used) return;
    this.store.update(TYPES.claims, namespace, name, draft => {
      draft.metadata.finalizers = draft.metadata.finalizers?.filter(
        finalizer => finalizer !== PROTECTION,
      );
    });
  }

  /** Removes the volume of a claim that is gone, unless it is to be kept. */
  private release({ namespace, name }: Key) {
    for (const volume of this.store.list<PersistentVolume>(TYPES.volumes)) {
      const { claimRef, persistentVolumeReclaimPolicy } = volume.spec;
      if (claimRef?.namespace !== namespace || claimRef?.name !== name)
        continue;
      if (persistentVolumeReclaimPolicy === 'Delete') {
        this.store.remove(TYPES.volumes, undefined, volume.metadata.name);
      } else {
        this.setStatus(TYPES.volumes, volume, { phase: 'Released' });
      }
    }
  }

  private bind(claim: PersistentVolumeClaim) {
    const className = claim.spec.storageClassName ?? '';
    const storageClass = this.store.get<StorageClass>(
      TYPES.storageClasses,
      undefined,
      className,
    );
    if (!storageClass) {
      if (className) {
        const message = `storageclass.storage.k8s.io "${className}" not found`;
        this.event(claim, 'Warning', 'ProvisioningFailed', message);
      }
      return;
    }
    const waits = storageClass.volumeBindingMode === 'WaitForFirstConsumer';
    if (waits && !claim.metadata.annotations?.[SELECTED_NODE]) {
      const message = 'waiting for first consumer to be created before binding';
      this.event(claim, 'Normal', 'WaitForFirstConsumer', message);
      return;
    }
    this.provision(claim, storageClass);
  }

  private provision(claim: PersistentVolumeClaim, storageClass: StorageClass) {
    const { namespace, name, uid } = claim.metadata;
    const volumeName = `pvc-${uid}`;
    const { provisioner } = storageClass;
    const capacity = claim.spec.resources?.requests ?? {};
    const volume: PersistentVolume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: {
        name: volumeName,
        annotations: { [PROVISIONER]: provisioner },
      } as unknown as KubeObject['metadata'],
      spec: {
        capacity: { storage: capacity.storage },
        accessModes: claim.spec.accessModes,
        persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
        storageClassName: storageClass.metadata.name,
        volumeMode: claim.spec.volumeMode,
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace,
          name,
          uid,
        } as PersistentVolume['spec']['claimRef'],
        csi: { driver: provisioner, volumeHandle: volumeName, fsType: 'ext4' },
      },
      status: { phase: 'Bound' },
    };
    if (!this.store.get(TYPES.volumes, undefined, volumeName)) {
      this.store.create(TYPES.volumes, volume);
    }
    this.store.update<PersistentVolumeClaim>(
      TYPES.claims,
      namespace,
      name,
      draft => {
        draft.spec.volumeName = volumeName;
        draft.metadata.annotations = {
          ...draft.metadata.annotations,
          'pv.kubernetes.io/bind-completed': 'yes',
          'pv.kubernetes.io/bound-by-controller': 'yes',
          'volume.kubernetes.io/storage-provisioner': provisioner,
        };
        draft.status = {
          phase: 'Bound',
          accessModes: draft.spec.accessModes,
          capacity: { storage: capacity.storage },
        };
      },
    );
    const message = `Successfully provisioned volume ${volumeName}`;
    this.event(claim, 'Normal', 'ProvisioningSucceeded', message);
  }

  /** A larger request grows the volume. */
  private grow(claim: PersistentVolumeClaim) {
    const storage = claim.spec.resources?.requests?.storage;
    if (!storage || claim.status?.capacity?.storage === storage) return;
    const { volumeName = '' } = claim.spec;
    this.store.update<PersistentVolume>(
      TYPES.volumes,
      undefined,
      volumeName,
      draft => {
        draft.spec.capacity = { storage };
      },
    );
    this.setStatus(TYPES.claims, claim, {
      ...claim.status,
      capacity: { storage },
    });
  }
}
