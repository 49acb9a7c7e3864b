export { createClusters } from './clusters';
export type { ClusterKubelet } from './cluster';
export type {
  ClusterDirectory,
  ClusterKubeletOptions,
  ClustersOptions,
} from './clusters';
export { digestOf, KNOWN_IMAGES } from './images';
export type { KnownImage, Pull } from './images';
export { DEFAULT_TIMING } from './timing';
export type { Timing } from './timing';
