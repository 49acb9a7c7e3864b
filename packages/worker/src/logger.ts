/** Where the worker says what it does; Backstage's logger fits. */
export interface WorkerLogger {
  debug(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
