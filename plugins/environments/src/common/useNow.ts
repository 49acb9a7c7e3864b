import { useEffect, useState } from 'react';

/**
 * The present, in milliseconds, that moves on while a component is shown and the
 * page can be seen.
 *
 * @param every - milliseconds between steps; undefined: stands still
 */
export function useNow(every: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (every === undefined) return undefined;
    const step = () => {
      if (!document.hidden) setNow(Date.now());
    };
    const timer = setInterval(step, every);
    document.addEventListener('visibilitychange', step);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', step);
    };
  }, [every]);
  return now;
}
