/** What an environment's parts are called in Azure, Azure DevOps and Kubernetes. All of it follows from its name. */

/** The resource group that holds everything of the environment. */
export const resourceGroupName = (name: string) => `rg-${name}`;

/** The resource group in which Azure keeps what the cluster is made of: nodes, disks, addresses. */
export const nodeResourceGroupName = (name: string) =>
  `${resourceGroupName(name)}-nodes`;

/** The AKS cluster. */
export const clusterName = (name: string) => `aks-${name}`;

/**
 * The container registry. Azure allows only letters and digits here, so the dashes go: `orders-dev` and `ordersdev`
 * would share a registry, which is why the API treats such names as the same name.
 */
export const registryName = (name: string) => `acr${name.replaceAll('-', '')}`;

/** The storage account; without dashes for the same reason. */
export const storageAccountName = (name: string) =>
  `st${name.replaceAll('-', '')}`;

/** The managed PostgreSQL, where there is one. */
export const databaseHost = (name: string) =>
  `psql-${name}.postgres.database.azure.com`;

/** The Azure identity of a service of an environment, or of its database. */
export const identityName = (name: string, service: string) =>
  `id-${name}-${service}`;

/** The Kubernetes namespace of the environment's releases. */
export const namespaceName = (name: string) => name;

/** The domain below which local environments get their host names; `*.localhost` is this machine in every browser. */
export const LOCAL_DOMAIN = 'moorline.localhost';

/** The host name that a service gets when no other is given. */
export const defaultHost = (service: string, environment: string) =>
  `${service}.${environment}.${LOCAL_DOMAIN}`;

/** The folder in the environments repository. */
export const environmentFolder = (name: string) => `environments/${name}`;

/** The storage account of Terraform's states: one a subscription, named after it so that nobody has to be told. */
export const stateAccountName = (subscriptionId: string) =>
  `stmoorline${subscriptionId.replaceAll('-', '').slice(0, 12)}`;

/** The pipeline in Azure DevOps. */
export const pipelineName = (name: string) => `environment-${name}`;
