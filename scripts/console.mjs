// What a person sees of a command: steps with elapsed time, and plain errors.

/** An error whose message is all a person needs: printed without a stack. */
export class UserError extends Error {}

/** Prints one line to standard error, so that standard output stays for results. */
export const say = line => process.stderr.write(`${line}\n`);

const seconds = since => `${Math.round((Date.now() - since) / 1000)} s`;

/**
 * Runs `work`, saying what is being done, every ten seconds that it still is, and how long it took.
 * @template T
 * @param {string} label what a person reads
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const since = Date.now();
  say(`· ${label} …`);
  const ticker = setInterval(
    () => say(`  … ${label}: ${seconds(since)}`),
    10_000,
  );
  try {
    const result = await work();
    say(`✓ ${label} (${seconds(since)})`);
    return result;
  } catch (error) {
    say(`✕ ${label} (${seconds(since)})`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/** Ends the process with an error a person can read. */
export function fail(error) {
  say(
    error instanceof UserError
      ? `\n${error.message}`
      : `\n${error?.stack ?? error}`,
  );
  process.exit(1);
}
