import { same } from '../kubernetes/objects/json';
import type { PodStatus } from '../kubernetes/objects/pod';
import { ApiClient, ApiRefusal } from './api/api-client';
import { sleep } from './sleep';

/** Options of a {@link StatusWriter}. */
export interface StatusWriterOptions {
  api: ApiClient;
  /** Of the pod's status in the API. */
  path: string;
  /** The pod's, as another may come to have its name. */
  uid: string;
  /** Milliseconds until a status that was not taken is told again. */
  retry: number;
  /** What is so now. */
  status: () => PodStatus;
  /** Then nothing is told again. */
  ending: AbortSignal;
}

/** Tells the API a pod's status; while it is told, changes are gathered for the next time. */
export class StatusWriter {
  /** What the API was told last. */
  written?: PodStatus;
  private writing?: Promise<void>;
  private dirty = false;

  constructor(private readonly options: StatusWriterOptions) {}

  /** The status may be another. */
  publish(): void {
    this.dirty = true;
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  /** Resolves when nothing is left to tell. */
  get settled(): Promise<void> {
    return this.writing ?? Promise.resolve();
  }

  private async write(): Promise<void> {
    const { api, path, uid, retry, ending } = this.options;
    while (this.dirty) {
      this.dirty = false;
      const status = this.options.status();
      if (same(status, this.written)) continue;
      try {
        await api.patch(path, { metadata: { uid }, status });
        this.written = status;
      } catch (error) {
        // The pod is gone, or another has its name.
        if (error instanceof ApiRefusal && [404, 409].includes(error.status)) {
          return;
        }
        if (ending.aborted) return;
        this.dirty = true;
        await sleep(retry, ending);
      }
    }
  }
}
