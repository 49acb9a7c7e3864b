import { ApiError } from '../api/errors';

export interface Key {
  namespace?: string;
  name: string;
}

export const keyText = ({ namespace, name }: Key) =>
  `${namespace ?? ''}/${name}`;

const SLICE_MS = 15;
const FIRST_RETRY_MS = 20;
const LONGEST_RETRY_MS = 30_000;

interface Task {
  id: string;
  run: () => void;
}

/**
 * Work to be done soon, each piece once however often it is asked for; a piece that fails is tried again, later and
 * later. It yields to other work between slices.
 */
export class WorkQueue {
  private readonly waiting = new Map<string, Task>();
  private readonly delayed = new Map<
    string,
    { timer: NodeJS.Timeout; at: number }
  >();
  private readonly failures = new Map<string, number>();
  private scheduled = false;
  private stopped = false;

  /** @param onError - hears of failures that are no ordinary refusal */
  constructor(private readonly onError: (id: string, error: unknown) => void) {}

  add(id: string, run: () => void) {
    if (this.stopped) return;
    this.waiting.set(id, { id, run });
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.work());
  }

  /** Adds the work after a delay; of several delays for one piece the earliest counts. */
  addAfter(milliseconds: number, id: string, run: () => void) {
    if (this.stopped) return;
    const at = Date.now() + milliseconds;
    const before = this.delayed.get(id);
    if (before && before.at <= at) return;
    if (before) clearTimeout(before.timer);
    // Node turns longer delays into none.
    const delay = Math.min(milliseconds, 2 ** 31 - 1);
    const timer = setTimeout(() => {
      this.delayed.delete(id);
      this.add(id, run);
    }, delay);
    timer.unref();
    this.delayed.set(id, { timer, at });
  }

  stop() {
    this.stopped = true;
    this.waiting.clear();
    for (const { timer } of this.delayed.values()) clearTimeout(timer);
    this.delayed.clear();
  }

  private work() {
    const until = Date.now() + SLICE_MS;
    for (const [id, task] of this.waiting) {
      this.waiting.delete(id);
      this.run(task);
      if (Date.now() > until) break;
    }
    this.scheduled = this.waiting.size > 0;
    if (this.scheduled) setImmediate(() => this.work());
  }

  private run(task: Task) {
    try {
      task.run();
      this.failures.delete(task.id);
    } catch (error) {
      const ordinary = error instanceof ApiError && error.code < 500;
      if (!ordinary) this.onError(task.id, error);
      const count = (this.failures.get(task.id) ?? 0) + 1;
      this.failures.set(task.id, count);
      const delay = Math.min(FIRST_RETRY_MS * 2 ** count, LONGEST_RETRY_MS);
      this.addAfter(delay, task.id, task.run);
    }
  }
}
