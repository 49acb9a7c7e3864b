import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Azurite, the emulator of Azure Storage: its account's address, and its end. */
export interface Azurite {
  url: string;
  stop(): Promise<void>;
}

/** Starts Azurite's blob service on a free port of this machine; it keeps nothing. */
export async function startAzurite(): Promise<Azurite> {
  const child = spawn(
    process.execPath,
    [
      require.resolve('azurite/dist/src/blob/main.js'),
      '--inMemoryPersistence',
      '--skipApiVersionCheck',
      '--disableTelemetry',
      '--silent',
      '--blobPort',
      '0',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (!origin || !line.includes('successfully')) continue;
    child.stdout.resume();
    return { url: `${origin}/devstoreaccount1`, stop };
  }
  throw new Error('Azurite ended before it listened');
}
