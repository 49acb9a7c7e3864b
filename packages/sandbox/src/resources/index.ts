export type {
  Resource,
  ResourceChange,
  ResourceValue,
  ResourceValues,
} from './resource';
export { ResourceStore } from './resource-store';
export type {
  ResourceStoreEvents,
  ResourceStoreOptions,
} from './resource-store';
