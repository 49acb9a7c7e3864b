import { randomUUID } from 'crypto';
import {
  RunListener,
  TaskResult,
  TimelineIssue,
  TimelineRecord,
  TimelineRecordType,
} from '../contract';

/** One record of the timeline; every change is reported at once, whole. */
export class RecordKeeper {
  private readonly record: TimelineRecord;

  constructor(
    private readonly listener: RunListener,
    init: {
      type: TimelineRecordType;
      name: string;
      identifier: string;
      refName: string;
      order: number;
      parentId?: string;
      task?: TimelineRecord['task'];
    },
  ) {
    this.record = {
      id: randomUUID(),
      state: 'pending',
      issues: [],
      errorCount: 0,
      warningCount: 0,
      attempt: 1,
      ...init,
    };
    this.report();
  }

  get id(): string {
    return this.record.id;
  }

  get identifier(): string {
    return this.record.identifier;
  }

  start(
    extra: Partial<Pick<TimelineRecord, 'name' | 'workerName'>> = {},
  ): void {
    Object.assign(this.record, extra, {
      state: 'inProgress',
      startTime: new Date(),
      currentOperation: undefined,
    });
    this.report();
  }

  /** What is going on, for people. */
  note(currentOperation: string): void {
    this.record.currentOperation = currentOperation;
    this.report();
  }

  issue(issue: TimelineIssue): void {
    this.record.issues.push(issue);
    if (issue.type === 'error') this.record.errorCount += 1;
    else this.record.warningCount += 1;
    this.report();
  }

  complete(result: TaskResult): void {
    Object.assign(this.record, {
      state: 'completed',
      result,
      finishTime: new Date(),
      currentOperation: undefined,
    });
    this.report();
  }

  private report(): void {
    this.listener.record({ ...this.record, issues: [...this.record.issues] });
  }
}
