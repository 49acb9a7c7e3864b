export { createAzureDevOpsServer } from './server';
export type { AzureDevOpsServer, AzureDevOpsServerOptions } from './server';
export type { PlatformSource } from './git/seed';
export type {
  AgentFunctions,
  AgentSettings,
} from './pipelines/run-coordinator';
