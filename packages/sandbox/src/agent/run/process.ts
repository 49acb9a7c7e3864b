import { ChildProcess, spawn } from 'child_process';
import { StringDecoder } from 'string_decoder';

export interface ProcessRequest {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** Ends the process group: SIGINT, then SIGTERM, then SIGKILL. */
  signal: AbortSignal;
  /** Ends the process group at once. */
  kill?: AbortSignal;
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
  /** Told of the process group's leader, so that what it leaves behind can be ended with the job. */
  onStart?(pid: number): void;
}

// The pauses that Azure's agent makes between the signals.
const INTERRUPT_MS = 7_500;
const TERMINATE_MS = 2_500;
// A background process that keeps the pipe open does not hold up its step for longer.
const LINGER_MS = 2_000;
const MAX_LINE = 1_000_000;

/**
 * Runs a process in a group of its own and reports its lines as they come.
 * @returns its exit code; 128 + n when signal n ended it
 * @throws Error when it cannot be started
 */
export async function runProcess(request: ProcessRequest): Promise<number> {
  const { command, args, cwd, env, signal, onLine } = request;
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const flushOut = readLines(child, 'stdout', onLine);
  const flushErr = readLines(child, 'stderr', onLine);
  let timer: NodeJS.Timeout | undefined;
  const kill = () => {
    clearTimeout(timer);
    if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
  };
  const stop = () => {
    const steps: [NodeJS.Signals, number][] = [
      ['SIGINT', INTERRUPT_MS],
      ['SIGTERM', TERMINATE_MS],
      ['SIGKILL', 0],
    ];
    const next = () => {
      const [name, pause] = steps.shift() ?? [];
      if (!name || child.pid === undefined) return;
      killGroup(child.pid, name);
      timer = setTimeout(next, pause);
    };
    next();
  };
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        if (child.pid !== undefined) request.onStart?.(child.pid);
        if (request.kill?.aborted) kill();
        else request.kill?.addEventListener('abort', kill, { once: true });
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      });
      child.once('exit', (code, ended) => {
        const result = code ?? 128 + signalNumber(ended);
        const linger = setTimeout(() => {
          child.stdout?.destroy();
          child.stderr?.destroy();
          resolve(result);
        }, LINGER_MS);
        child.once('close', () => {
          clearTimeout(linger);
          resolve(result);
        });
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    request.kill?.removeEventListener('abort', kill);
    clearTimeout(timer);
    flushOut();
    flushErr();
  }
}

/** Signals a whole process group; one that has ended already is no error. */
export function killGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readLines(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  onLine: ProcessRequest['onLine'],
): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  child[stream]?.on('data', (chunk: Buffer) => {
    rest += decoder.write(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(lastDrawn(line), stream);
    if (rest.length > MAX_LINE) {
      onLine(rest, stream);
      rest = '';
    }
  });
  return () => {
    rest += decoder.end();
    if (rest !== '') onLine(rest, stream);
    rest = '';
  };
}

/** A progress bar draws over itself with carriage returns: only what stays is logged. */
function lastDrawn(line: string): string {
  const drawn = line.replace(/\r+$/, '').split('\r');
  return drawn[drawn.length - 1];
}

const SIGNALS: Record<string, number> = {
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};

function signalNumber(name: NodeJS.Signals | null): number {
  return (name && SIGNALS[name]) || 1;
}
