/** Where the worker says what it does; Backstage's logger fits, and the API's. */
export interface WorkerLogger {
  warn(message: string): void;
}
