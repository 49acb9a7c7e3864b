import { Router } from 'express';
import { ResourceStore } from '../resources';
import { answerErrors, ArmError } from './arm-error';
import { byHandRouter } from './by-hand';
import { addHeaders, requireApiVersion, requireToken } from './checks';
import { Kubeconfigs, managedClustersRouter } from './managed-clusters';
import { subscriptionsRouter } from './subscriptions';

/** Options of {@link createResourceManager}. */
export interface ResourceManagerOptions {
  resources: ResourceStore;
  clusters: Kubeconfigs;
  subscriptionId: string;
  /** Left out: the sandbox's own tenant. */
  tenantId?: string;
  /** The bearer token that a request must carry. */
  token: string;
  /** The bearer token that changes by hand must carry; left out: the same. */
  adminToken?: string;
  /** How many things a list answers at once; left out: 50. */
  pageSize?: number;
}

/**
 * Azure Resource Manager over what Terraform applied: subscriptions, resource groups and AKS clusters, enough for
 * `@azure/arm-containerservice`.
 *
 * Handles `/subscriptions`, `/tenants` and `/_sandbox/resources`, and leaves every other path alone.
 */
export function createResourceManager(options: ResourceManagerOptions): Router {
  const {
    resources,
    clusters,
    subscriptionId,
    token,
    tenantId = '00000000-0000-4000-8000-0000000000aa',
    adminToken = token,
    pageSize = 50,
  } = options;

  const azure = Router();
  azure.use(addHeaders, requireToken([token], tenantId), requireApiVersion);
  azure.use(subscriptionsRouter(resources, subscriptionId, tenantId, pageSize));
  azure.use(
    '/subscriptions/:subscription',
    managedClustersRouter(resources, clusters, pageSize),
  );
  azure.use(request => {
    throw new ArmError(
      404,
      'InvalidResourceType',
      `The sandbox's Resource Manager has nothing at ${request.method} ${request.path}.`,
    );
  });
  azure.use(answerErrors);

  const byHand = Router();
  byHand.use(requireToken([adminToken], tenantId), byHandRouter(resources));
  byHand.use(answerErrors);

  const router = Router();
  router.use('/_sandbox/resources', byHand);
  router.use((request, response, next) => {
    if (/^\/(subscriptions|tenants)(\/|$)/i.test(request.path)) {
      azure(request, response, next);
    } else {
      next();
    }
  });
  return router;
}
