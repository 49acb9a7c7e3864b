import type { ChildProcess } from 'child_process';

/** A program under way. */
export interface Running {
  child: ChildProcess;
  /** What it has written, to both outputs. */
  readonly log: string;
  /** Its exit code, when it ends. */
  ended: Promise<number | null>;
}

/** Keeps what a program writes. */
export function watch(child: ChildProcess): Running {
  let log = '';
  const write = (data: Buffer) => {
    log += data;
  };
  child.stdout?.on('data', write);
  child.stderr?.on('data', write);
  return {
    child,
    get log() {
      return log;
    },
    ended: new Promise(resolve => child.once('close', resolve)),
  };
}
