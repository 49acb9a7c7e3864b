import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
} from 'fs';
import path from 'path';
import type { ContainerStatus } from '../kubernetes/objects/pod';
import { LogLine } from '../kubernetes/kubelet/containerLog';

/** When a file has this size, the next begins; one older is kept. The kubelet's own limit. */
const LARGEST = 10 * 2 ** 20;

/** The file with what a container writes in one of its runs, which are counted from 0. */
export const logFile = (podFolder: string, container: string, run: number) =>
  path.join(podFolder, 'logs', container, `${run}.log`);

/** The run that `kubectl logs` means, with `--previous` or without. */
export function runOf(status: ContainerStatus, previous: boolean): number {
  const { restartCount, state, lastState } = status;
  const waits = state.waiting && lastState.terminated;
  return previous && !waits ? restartCount - 1 : restartCount;
}

const older = (file: string) => `${file}.1`;

/** The lines in a log's files. */
export function readLog(file: string): LogLine[] {
  return [older(file), file]
    .filter(each => existsSync(each))
    .flatMap(each => readFileSync(each, 'utf8').split('\n').slice(0, -1))
    .map(line => {
      const end = line.indexOf(' ');
      return { at: Date.parse(line.slice(0, end)), text: line.slice(end + 1) };
    });
}

const LAST_LINES = 80;
const LAST_BYTES = 2048;

/** The end of a log, as short as a status may have it. */
export const lastLines = (file: string) =>
  readLog(file)
    .slice(-LAST_LINES)
    .map(({ text }) => text)
    .join('\n')
    .slice(-LAST_BYTES);

/** Keeps what a container writes: one line of the file is one of the container, after its time. */
export class ContainerLog {
  private readonly followers = new Set<(line: LogLine) => void>();
  private readonly begun = { stdout: '', stderr: '' };
  private size: number;

  constructor(readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.size = existsSync(file) ? statSync(file).size : 0;
  }

  /** Takes what was written to a stream, lines not yet ended included. */
  write(stream: 'stdout' | 'stderr', data: Buffer): void {
    const lines = (this.begun[stream] + data.toString('utf8')).split('\n');
    this.begun[stream] = lines.pop() ?? '';
    this.add(lines);
  }

  /** Takes the last lines, which had no end. */
  close(): void {
    this.add(Object.values(this.begun).filter(Boolean));
    this.begun.stdout = '';
    this.begun.stderr = '';
  }

  /** Hears each new line. @returns ends it */
  follow(follower: (line: LogLine) => void): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  private add(texts: string[]): void {
    if (!texts.length) return;
    const now = Date.now();
    const time = new Date(now).toISOString();
    const bytes = texts.map(text => `${time} ${text}\n`).join('');
    if (this.size > LARGEST) {
      renameSync(this.file, older(this.file));
      this.size = 0;
    }
    appendFileSync(this.file, bytes, { mode: 0o600 });
    this.size += Buffer.byteLength(bytes);
    for (const text of texts) {
      this.followers.forEach(hear => hear({ at: now, text }));
    }
  }
}
