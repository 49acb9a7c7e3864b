import { Request, Router } from 'express';
import { Resource, ResourceStore } from '../resources';
import { ArmError } from './arm-error';
import { toAgentPools, toManagedCluster } from './managed-cluster';
import { toPage } from './pages';

/** Where the kubeconfig of a cluster is had. */
export interface Kubeconfigs {
  /** The kubeconfig (YAML) of a user; undefined where there is no such cluster. */
  kubeconfig(resourceGroup: string, name: string): string | undefined;
}

const CLUSTER = 'azurerm_kubernetes_cluster';
const POOL = 'azurerm_kubernetes_cluster_node_pool';
const PROVIDER = 'providers/Microsoft.ContainerService/managedClusters';

const parameter = (request: Request, name: string) =>
  String(request.params[name]);

const groupOf = (id: string) => id.split('/')[4];

/** AKS, below `/subscriptions/:subscription`. */
export function managedClustersRouter(
  resources: ResourceStore,
  kubeconfigs: Kubeconfigs,
  pageSize: number,
): Router {
  const router = Router({ mergeParams: true });

  const poolsOf = (cluster: Resource) =>
    resources
      .list(POOL)
      .filter(pool =>
        pool.id.toLowerCase().startsWith(`${cluster.id.toLowerCase()}/`),
      );

  const show = (cluster: Resource) =>
    toManagedCluster(cluster, poolsOf(cluster));

  const find = (request: Request): Resource => {
    const group = parameter(request, 'group');
    const name = parameter(request, 'name');
    const cluster = resources
      .list(CLUSTER)
      .find(
        ({ id, values }) =>
          groupOf(id).toLowerCase() === group.toLowerCase() &&
          String(values.name).toLowerCase() === name.toLowerCase(),
      );
    if (!cluster) {
      throw new ArmError(
        404,
        'ResourceNotFound',
        `The Resource 'Microsoft.ContainerService/managedClusters/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
      );
    }
    return cluster;
  };

  const credentials = (cluster: Resource, name: string) => {
    const config = kubeconfigs.kubeconfig(
      groupOf(cluster.id),
      String(cluster.values.name),
    );
    if (config === undefined) {
      throw new ArmError(
        409,
        'OperationNotAllowed',
        `The control plane of managed cluster '${cluster.values.name}' does not answer yet. Try again later.`,
      );
    }
    return {
      kubeconfigs: [{ name, value: Buffer.from(config).toString('base64') }],
    };
  };

  router.get(`/${PROVIDER}`, (request, response) => {
    const clusters = resources.list(CLUSTER).map(show);
    response.json(toPage(clusters, request, pageSize));
  });

  router.get(`/resourceGroups/:group/${PROVIDER}`, (request, response) => {
    const group = parameter(request, 'group').toLowerCase();
    const clusters = resources
      .list(CLUSTER)
      .filter(({ id }) => groupOf(id).toLowerCase() === group)
      .map(show);
    response.json(toPage(clusters, request, pageSize));
  });

  router.get(
    `/resourceGroups/:group/${PROVIDER}/:name`,
    (request, response) => {
      response.json(show(find(request)));
    },
  );

  router.get(
    `/resourceGroups/:group/${PROVIDER}/:name/agentPools`,
    (request, response) => {
      const cluster = find(request);
      const pools = toAgentPools(cluster, poolsOf(cluster));
      response.json(toPage(pools, request, pageSize));
    },
  );

  router.get(
    `/resourceGroups/:group/${PROVIDER}/:name/agentPools/:pool`,
    (request, response) => {
      const cluster = find(request);
      const name = parameter(request, 'pool');
      const pool = toAgentPools(cluster, poolsOf(cluster)).find(
        candidate => candidate.name === name,
      );
      if (!pool) {
        throw new ArmError(
          404,
          'NotFound',
          `Could not find the agent pool '${name}' in managed cluster '${cluster.values.name}'.`,
        );
      }
      response.json(pool);
    },
  );

  router.post(
    `/resourceGroups/:group/${PROVIDER}/:name/listClusterUserCredential`,
    (request, response) => {
      response.json(credentials(find(request), 'clusterUser'));
    },
  );

  router.post(
    `/resourceGroups/:group/${PROVIDER}/:name/listClusterAdminCredential`,
    (request, response) => {
      const cluster = find(request);
      if (cluster.values.local_account_disabled === true) {
        throw new ArmError(
          400,
          'BadRequest',
          'Getting static credential is not allowed because this cluster is set to disable local accounts.',
        );
      }
      response.json(credentials(cluster, 'clusterAdmin'));
    },
  );

  return router;
}
