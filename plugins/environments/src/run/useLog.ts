import { useApi } from '@backstage/frontend-plugin-api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { POLL, environmentsApiRef } from '../api';
import { LogLine, parseLine } from './logLine';

/** A log as far as it has been read. */
export interface Log {
  lines: LogLine[];
  /** Nothing more will come. */
  done: boolean;
  /** The first answer is still awaited. */
  isLoading: boolean;
  error?: unknown;
  retry: () => void;
}

const NOTHING = { lines: [], done: false, isLoading: true };

/**
 * Reads a step's log from its beginning and on as it grows: each time only what is
 * new, and nothing while the page is hidden.
 *
 * @param run - id of the run
 * @param logId - undefined: the step has no log yet
 */
export function useLog(run: string, logId: number | undefined): Log {
  const api = useApi(environmentsApiRef);
  const [log, setLog] = useState<Omit<Log, 'retry'>>(NOTHING);
  const [attempt, setAttempt] = useState(0);
  const failures = useRef(0);

  useEffect(() => {
    setLog(NOTHING);
    if (logId === undefined) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = 0;
    failures.current = 0;

    const read = async () => {
      if (document.hidden) {
        timer = setTimeout(read, POLL.log);
        return;
      }
      try {
        const page = await api.runs.log.query(
          { id: run, logId, from },
          { signal: abort.signal },
        );
        if (abort.signal.aborted) return;
        failures.current = 0;
        const start = from;
        const fresh = page.lines.map((line, offset) =>
          parseLine(line, start + offset),
        );
        from = page.next;
        setLog(({ lines }) => ({
          lines: fresh.length ? [...lines, ...fresh] : lines,
          done: page.done,
          isLoading: false,
        }));
        // A page that brought lines of an ended step may have a next one behind it.
        if (!page.done) {
          timer = setTimeout(read, fresh.length ? POLL.log / 2 : POLL.log);
        }
      } catch (error) {
        if (abort.signal.aborted) return;
        failures.current += 1;
        setLog(current => ({ ...current, isLoading: false, error }));
        // Slower with each failure, and never given up while the page is open.
        timer = setTimeout(
          read,
          POLL.log * Math.min(30, 2 ** failures.current),
        );
      }
    };
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [api, run, logId, attempt]);

  const retry = useCallback(() => setAttempt(value => value + 1), []);
  return { ...log, retry };
}
