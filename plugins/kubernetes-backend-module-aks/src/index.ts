/**
 * Finds AKS clusters through Azure Resource Manager, for Backstage's Kubernetes plugin.
 *
 * @packageDocumentation
 */
export { aksKubernetesModule as default } from './module';
