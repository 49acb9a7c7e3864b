export { environmentsApiRef } from './environmentsApi';
export type { EnvironmentsApi } from './environmentsApi';
export { environmentsApiExtension } from './environmentsApiExtension';
export { QueryProvider } from './QueryProvider';
export * from './queries';
export { POLL } from './polling';
export { explain, isNotFound } from './errors';
