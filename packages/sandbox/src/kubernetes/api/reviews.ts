import { JsonObject } from '../objects/meta';
import { ResourceType } from '../schema/resourceType';

/** Whoever holds the cluster's token is its administrator. */
export const ADMIN = {
  username: 'masterclient',
  groups: ['system:masters', 'system:authenticated'],
};

const EVERYTHING = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
};

/** Answers questions of who someone is and what they may do. */
export function review(type: ResourceType, body: JsonObject): JsonObject {
  let status: object = { allowed: true };
  if (type.kind === 'SelfSubjectRulesReview') status = EVERYTHING;
  if (type.kind === 'SelfSubjectReview') status = { userInfo: ADMIN };
  if (type.kind === 'TokenReview')
    status = { authenticated: true, user: ADMIN };
  return {
    ...body,
    kind: type.kind,
    apiVersion: type.groupVersion,
    metadata: { creationTimestamp: null, ...(body.metadata as object) },
    status,
  };
}
