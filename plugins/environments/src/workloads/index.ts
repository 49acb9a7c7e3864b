export { WorkloadsTab } from './WorkloadsTab';
export { useReleases } from './useReleases';
export type { Release, Workload } from './releases';
