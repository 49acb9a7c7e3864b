import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { KubeObject } from '../objects/meta';

/** One line of the journal: an object as it became, or its end. */
interface Entry {
  revision: number;
  /** The store's table. */
  table: string;
  /** Key inside the table. */
  key: string;
  object?: KubeObject;
}

const COMPACT_AFTER_LINES = 20_000;

/**
 * Keeps a store's objects in one append-only file, one JSON line a change. Lines gather for a turn of the event loop
 * and are written together; the file is rewritten with the live objects when it has grown long. A last line cut by a
 * crash is left out on reading.
 */
export class Journal {
  private pending: string[] = [];
  private scheduled = false;
  private lines = 0;
  private closed = false;

  constructor(
    private readonly file: string,
    private readonly snapshot: () => Iterable<Entry>,
  ) {
    mkdirSync(dirname(file), { recursive: true });
  }

  /** Reads what was kept, oldest change first. */
  load(apply: (entry: Entry) => void) {
    if (!existsSync(this.file)) return;
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      if (!line) continue;
      try {
        apply(JSON.parse(line));
      } catch {
        continue;
      }
      this.lines++;
    }
    if (this.lines) this.compact();
  }

  append(entry: Entry) {
    this.pending.push(JSON.stringify(entry));
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  flush() {
    this.scheduled = false;
    if (!this.pending.length || this.closed) return;
    this.lines += this.pending.length;
    if (this.lines > COMPACT_AFTER_LINES) {
      this.pending = [];
      this.compact();
      return;
    }
    appendFileSync(this.file, `${this.pending.join('\n')}\n`, { mode: 0o600 });
    this.pending = [];
  }

  /** Writes what is pending and writes no more. */
  close() {
    this.flush();
    this.closed = true;
  }

  private compact() {
    const lines = [...this.snapshot()].map(entry => JSON.stringify(entry));
    const next = `${this.file}.new`;
    writeFileSync(next, lines.length ? `${lines.join('\n')}\n` : '', {
      mode: 0o600,
    });
    renameSync(next, this.file);
    this.lines = lines.length;
  }
}
