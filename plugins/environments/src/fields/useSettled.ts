import { useEffect, useState } from 'react';

/**
 * A value once it has stopped changing, so that typing does not ask the API at
 * every letter.
 *
 * @param delay - how long it must stand still, in milliseconds
 */
export function useSettled<T>(value: T, delay = 250): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
