export { createResourceManager } from './create-resource-manager';
export type { ResourceManagerOptions } from './create-resource-manager';
export type { Kubeconfigs } from './managed-clusters';
