import { ChildProcess, spawn, SpawnOptions } from 'child_process';

/** A program ended with an error. */
export class ProgramError extends Error {
  constructor(program: string, readonly code: number | null) {
    super(
      code === null
        ? `${program} was ended by a signal`
        : `${program} ended with code ${code}`,
    );
    this.name = 'ProgramError';
  }
}

/** Waits for the end of a program. @throws ProgramError unless it succeeds */
export async function ended(child: ChildProcess): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new ProgramError(child.spawnfile, code);
}

/** Runs a program to its end; it writes where this process writes. */
export const run = (
  program: string,
  args: string[],
  options: SpawnOptions = {},
) => ended(spawn(program, args, { stdio: 'inherit', ...options }));
