/**
 * What Moorline's processes have in common: settings from environment variables, a log, readiness,
 * traces.
 *
 * @packageDocumentation
 */
export { databaseReadiness } from './server/health';
export type { Readiness } from './server/health';
export { createLog, errorFields } from './server/log';
export type { Log } from './server/log';
export {
  SettingsError,
  describeVariables,
  number,
  readVariables,
  text,
} from './server/variables';
export type { Environment, Variables } from './server/variables';
export { TRACING_VARIABLES, traceProcess } from './tracing/settings';
export type { TracingSettings } from './tracing/settings';
export { traceTask } from './tracing/spans';
