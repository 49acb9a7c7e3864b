import { appendFileSync, mkdirSync, readFileSync } from 'fs';
import path from 'path';
import type { RunArtifact, TimelineRecord } from '../../agent/contract';
import { readJsonFile, writeJsonFile } from '../../files';
import type {
  ArtifactRecord,
  BuildRecord,
  LogRecord,
  StoredTimelineRecord,
} from './build-record';

/** Changes of a run are written this often, in milliseconds; its beginning and end at once. */
const SAVE_EVERY = 250;

/** A run with its timeline, logs and artifacts, on disk in a folder of its own. */
export class Build {
  #timeline: Map<string, StoredTimelineRecord> | undefined;
  #changeId = 0;
  #saving: NodeJS.Timeout | undefined;

  /**
   * @param folder - of this run
   * @param record - what is known of it
   */
  constructor(readonly folder: string, readonly record: BuildRecord) {}

  /** Reads a run that an earlier process kept; undefined when the folder holds none. */
  static read(folder: string): Build | undefined {
    const record = readJsonFile<BuildRecord>(path.join(folder, 'run.json'));
    return record && new Build(folder, record);
  }

  get id(): number {
    return this.record.id;
  }

  get isCompleted(): boolean {
    return this.record.status === 'completed';
  }

  get artifactsFolder(): string {
    return path.join(this.folder, 'artifacts');
  }

  /** Counts up at each change of the timeline. */
  get changeId(): number {
    this.#records();
    return this.#changeId;
  }

  /** The timeline's records in the order of their first report. */
  timeline(): StoredTimelineRecord[] {
    return [...this.#records().values()];
  }

  #records(): Map<string, StoredTimelineRecord> {
    if (!this.#timeline) {
      const kept =
        readJsonFile<StoredTimelineRecord[]>(this.#file('timeline.json')) ?? [];
      this.#timeline = new Map(kept.map(record => [record.id, record]));
      this.#changeId = Math.max(0, ...kept.map(record => record.changeId));
    }
    return this.#timeline;
  }

  /** Changes what is known of the run and writes it at once. */
  update(changes: Partial<BuildRecord>): void {
    Object.assign(this.record, changes, {
      lastChangedDate: new Date().toISOString(),
    });
    this.save();
  }

  /** Adds or replaces a record of the timeline. */
  setTimelineRecord(record: TimelineRecord): void {
    const records = this.#records();
    this.#changeId += 1;
    records.set(record.id, {
      ...record,
      startTime: record.startTime?.toISOString(),
      finishTime: record.finishTime?.toISOString(),
      lastModified: new Date().toISOString(),
      changeId: this.#changeId,
    });
    this.#saveSoon();
  }

  /** Adds lines to the log of a timeline record, with the time before each, as Azure Pipelines writes them. */
  appendLog(recordId: string, lines: string[]): void {
    if (lines.length === 0) return;
    const now = new Date().toISOString();
    const log = this.logOf(recordId) ?? this.#addLog(recordId, now);
    const stamp = `${now.slice(0, -1)}0000Z `;
    // A line may hold a carriage return or line ends of its own; a log's line is one line.
    const clean = lines.flatMap(line => line.split(/\r?\n/));
    appendFileSync(
      this.#logFile(log.id),
      clean.map(line => `${stamp}${line}\n`).join(''),
      { mode: 0o600 },
    );
    log.lineCount += clean.length;
    log.lastChangedOn = now;
    this.#saveSoon();
  }

  #addLog(recordId: string, now: string): LogRecord {
    const log: LogRecord = {
      id: this.record.logs.length + 1,
      recordId,
      lineCount: 0,
      createdOn: now,
      lastChangedOn: now,
    };
    mkdirSync(path.dirname(this.#logFile(log.id)), { recursive: true });
    this.record.logs.push(log);
    return log;
  }

  /** The log of a timeline record; undefined before its first line. */
  logOf(recordId: string): LogRecord | undefined {
    return this.record.logs.find(log => log.recordId === recordId);
  }

  /**
   * Lines of a log.
   * @param first - number of the first line, from 1
   * @param last - number of the last line; left out: to the end
   */
  readLog(log: LogRecord, first: number = 1, last?: number): string[] {
    const text = readFileSync(this.#logFile(log.id), 'utf8');
    const lines = text.split('\n');
    lines.pop();
    return lines.slice(Math.max(first, 1) - 1, last);
  }

  /** Keeps an artifact, or what was added to it. */
  setArtifact(artifact: RunArtifact): void {
    const { artifacts } = this.record;
    const known = artifacts.find(({ name }) => name === artifact.name);
    if (known) Object.assign(known, artifact);
    else {
      const record: ArtifactRecord = { id: artifacts.length + 1, ...artifact };
      artifacts.push(record);
    }
    this.save();
  }

  #saveSoon(): void {
    if (this.#saving) return;
    this.#saving = setTimeout(() => this.save(), SAVE_EVERY);
    this.#saving.unref();
  }

  /** Writes the run and its timeline now. */
  save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    writeJsonFile(this.#file('run.json'), this.record);
    if (this.#timeline) {
      writeJsonFile(this.#file('timeline.json'), this.timeline());
    }
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }

  #logFile(id: number): string {
    return path.join(this.folder, 'logs', `${id}.log`);
  }
}
