/** One line of the log: what happened, and what is known about it. Values that are undefined are left out. */
export type LogFields = Record<string, unknown>;

/** Writes lines of JSON, one an event. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Hands over what is waiting; call before the process ends. */
  flush(): void;
}

/** How long a line may wait for others; warnings and errors do not wait. */
const PATIENCE_MS = 50;

/**
 * A log of JSON lines. Lines that come shortly after each other are written together: one system call each would cost
 * more than many of the requests they tell of.
 *
 * @param write Where they go; standard output.
 */
export function createLog(
  write: (text: string) => void = text => process.stdout.write(text),
): Log {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    if (text) write(text);
  };
  const line =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      const time = new Date().toISOString();
      waiting += `${JSON.stringify({ time, level, message, ...fields })}\n`;
      if (level === 'info') timer ??= setTimeout(flush, PATIENCE_MS);
      else flush();
    };
  return {
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    flush,
  };
}

/** What of an error belongs into a log: never its inputs, which may hold secrets. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const { code } = error as { code?: unknown };
  return { error: error.message, code, stack: error.stack };
}
