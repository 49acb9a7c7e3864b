import { setTimeout as sleep } from 'node:timers/promises';

/** Reads again and again until what is read is right. */
export async function until<T>(
  read: () => Promise<T>,
  ok: (value: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const value = await read();
    if (ok(value)) return value;
    if (Date.now() > deadline) {
      throw new Error(`still ${JSON.stringify(value)}`);
    }
    await sleep(10);
  }
}
