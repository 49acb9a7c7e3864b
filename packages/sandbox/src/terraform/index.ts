export { startProvider } from './start-provider';
export type { RunningProvider, StartProviderOptions } from './start-provider';
