export * from './estimate';
export * from './usage';
export { DATABASE_VOLUME_GIB } from './parts';
export type { EstimatedSpec, Part } from './parts';
