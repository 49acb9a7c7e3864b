import type { KubeObject } from '../../kubernetes/objects/meta';
import { sleep } from '../sleep';
import { ApiClient } from './api-client';

const RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

const keyOf = (metadata: { namespace?: string; name: string }) =>
  `${metadata.namespace ?? ''}/${metadata.name}`;

/** Hears of each object that came or changed, and of each that went. */
export type Follower<T> = (object: T, gone: boolean) => void;

/** The objects of one kind as the API last told them. */
export class Reflector<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly end = new AbortController();
  private version = '';

  /** @param path - of the kind in all namespaces, `/api/v1/pods` */
  constructor(
    private readonly api: ApiClient,
    private readonly path: string,
    private readonly follower: Follower<T>,
  ) {}

  /** Begins to follow, until {@link stop}; it has listed once when the promise resolves. */
  start(): Promise<void> {
    return new Promise(resolve => {
      void this.follow(resolve);
    });
  }

  stop(): void {
    this.end.abort();
  }

  list(): T[] {
    return [...this.objects.values()];
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.objects.get(keyOf({ namespace, name }));
  }

  private async follow(listed: () => void): Promise<void> {
    let failures = 0;
    while (!this.end.signal.aborted) {
      try {
        if (!this.version) await this.relist();
        listed();
        failures = 0;
        await this.api.watch<T>(
          this.path,
          this.version,
          ({ type, object }) => {
            this.version = object.metadata.resourceVersion;
            if (type !== 'BOOKMARK') this.take(object, type === 'DELETED');
          },
          this.end.signal,
        );
      } catch {
        // Too old a version, or a server that is away: what is there is asked for anew.
        this.version = '';
        const wait = Math.min(RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS);
        await sleep(wait, this.end.signal);
      }
    }
  }

  private async relist(): Promise<void> {
    const { items = [], metadata } = await this.api.list<T>(this.path);
    const there = new Set(items.map(item => item.metadata.uid));
    for (const object of this.list()) {
      if (!there.has(object.metadata.uid)) this.take(object, true);
    }
    items.forEach(item => this.take(item, false));
    this.version = metadata.resourceVersion;
  }

  private take(object: T, gone: boolean): void {
    const key = keyOf(object.metadata);
    if (gone) this.objects.delete(key);
    else this.objects.set(key, object);
    this.follower(object, gone);
  }
}
