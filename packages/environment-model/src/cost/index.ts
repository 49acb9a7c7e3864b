export * from './estimate';
export { DATABASE_VOLUME_GIB } from './parts';
export type { EstimatedSpec, Part } from './parts';
