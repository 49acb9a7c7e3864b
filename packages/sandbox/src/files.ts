import { randomBytes } from 'crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'fs';
import path from 'path';

/** Writes a file so that a reader, or a start after a crash, sees the old text or the new one and nothing between. */
export function writeFileAtomically(
  file: string,
  content: string | Buffer,
  mode: number = 0o600,
): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, file);
}

/**
 * The JSON in a file, or undefined when there is no such file.
 * @throws Error naming the file when it holds something else than JSON.
 */
export function readJsonFile<T>(file: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(
      `${file} is not JSON (${
        (error as Error).message
      }): restore it, or delete the sandbox's data folder to start anew`,
    );
  }
}

/** Writes a value as JSON, atomically. */
export function writeJsonFile(
  file: string,
  value: unknown,
  mode: number = 0o600,
): void {
  writeFileAtomically(file, `${JSON.stringify(value, undefined, 1)}\n`, mode);
}
