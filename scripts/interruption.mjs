/** A signal that aborts when a person or the system asks this process to end. */
export function interruption() {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => controller.abort());
  }
  return controller.signal;
}

/** Resolves, with nothing, when the signal aborts. */
export const aborted = signal =>
  signal.aborted
    ? Promise.resolve()
    : new Promise(resolve => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
