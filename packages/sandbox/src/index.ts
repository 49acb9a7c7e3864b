export { startSandbox, SUBSCRIPTION_ID, TENANT_ID } from './sandbox';
export type { Sandbox, SandboxOptions } from './sandbox';
export { FaultInjector, PortBusyError, RequestLog } from './http';
export type { Fault, FaultKind, LoggedRequest, RequestCount } from './http';
export type { SandboxCredentials } from './credentials';
export { trustAuthority } from './trust';
