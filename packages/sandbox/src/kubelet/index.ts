export { createKubelets } from './cluster-kubelets';
export type { KubeletsOptions } from './cluster-kubelets';
export type { KubeletTiming } from './pod-setting';
export { whyNoContainers } from './runtime/isolation';
