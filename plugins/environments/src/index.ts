export { environmentsPlugin as default } from './plugin';
export { environmentsApiRef } from './api/environmentsApi';
export type { EnvironmentsApi } from './api/environmentsApi';
