export { createKubelets } from './cluster-kubelets';
export type { KubeletsOptions } from './cluster-kubelets';
export { whyNoContainers } from './runtime/isolation';
