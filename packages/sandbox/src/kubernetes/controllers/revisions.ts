import { copy, same } from '../objects/json';
import { KubeObject, LabelSelector } from '../objects/meta';
import { PodTemplate } from '../objects/pod';
import { ControllerRevision } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { ControllerContext } from './controller';
import { controlledBy } from './owners';
import { shortHash } from './pods';

export const REVISION_LABEL = 'controller-revision-hash';

interface Revisioned extends KubeObject {
  spec: {
    template: PodTemplate;
    selector: LabelSelector;
    revisionHistoryLimit: number;
  };
}

/**
 * Keeps the history of a template as ControllerRevisions.
 * @param hashOnly - DaemonSets label their pods with the hash alone, StatefulSets with the revision's name
 * @returns the name that the newest revision's pods carry
 */
export function currentRevision(
  { owners, store }: ControllerContext,
  owner: Revisioned,
  hashOnly: boolean,
): string {
  const { name, namespace, uid } = owner.metadata;
  const data = {
    spec: { template: { $patch: 'replace', ...copy(owner.spec.template) } },
  };
  const revisions = owners
    .controlled<ControllerRevision>(TYPES.controllerRevisions, uid)
    .sort((a, b) => a.revision - b.revision);
  const newest = revisions[revisions.length - 1]?.revision ?? 0;
  let current = revisions.find(revision => same(revision.data, data));
  if (!current) {
    const hash = shortHash(data);
    const body = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels: {
          ...owner.spec.selector.matchLabels,
          'controller.kubernetes.io/hash': hash,
        },
        ownerReferences: [controlledBy(owner)],
      },
      data,
      revision: newest + 1,
    };
    current = store.create(
      TYPES.controllerRevisions,
      body as unknown as ControllerRevision,
    );
  } else if (current.revision !== newest) {
    const { metadata } = current;
    store.update<ControllerRevision>(
      TYPES.controllerRevisions,
      namespace,
      metadata.name,
      draft => {
        draft.revision = newest + 1;
      },
    );
  }
  const surplus = revisions.length - 1 - owner.spec.revisionHistoryLimit;
  for (const { metadata } of revisions.slice(0, Math.max(0, surplus))) {
    if (metadata.uid === current.metadata.uid) continue;
    store.remove(TYPES.controllerRevisions, namespace, metadata.name);
  }
  return hashOnly
    ? current.metadata.labels?.['controller.kubernetes.io/hash'] ?? ''
    : current.metadata.name;
}
