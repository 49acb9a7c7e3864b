export { createAdminRouter } from './admin-router';
export { FaultInjector } from './faults';
export type { Fault, FaultKind } from './faults';
export { listenHttps, PortBusyError } from './https-server';
export type { ListeningServer } from './https-server';
export { RequestLog } from './request-log';
export type { LoggedRequest, RequestCount } from './request-log';
