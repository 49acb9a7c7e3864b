import {
  WebApi,
  getBearerHandler,
  getPersonalAccessTokenHandler,
} from 'azure-devops-node-api';
import { AzureDevOpsError, errorFromAnswer, errorFromNetwork } from './errors';
import type { RequestPurpose } from './errors';
import { DEFAULT_RETRY } from './options';
import type {
  AzureDevOpsOptions,
  CallContext,
  RetryInfo,
  RetryOptions,
} from './options';
import { checkedUrl } from './organizationUrl';
import { abortable, parseRetryAfter, pauseAfter, sleep } from './retry';

/** One request to the project. */
export interface ProjectRequest extends RequestPurpose {
  method: 'GET' | 'POST' | 'PATCH';
  /** Below `{organisation}/{project}/_apis/`, e.g. `git/repositories`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** In place of path and query: an address that Azure DevOps gave. What it answers is a text. */
  address?: URL;
  body?: unknown;
  /** Defaults to 7.1. */
  apiVersion?: string;
  /**
   * Whether sending it twice does no harm. Those that are not are only sent again when the server surely did
   * nothing; see `findOrCreate`.
   */
  idempotent: boolean;
}

/** What views of one connection have in common. */
interface Shared {
  api: WebApi;
  organizationUrl: string;
  project: string;
  retry: RetryOptions;
  onRequest: AzureDevOpsOptions['onRequest'];
  /** Answers that stay true for a while, by a name of the caller's choice. */
  cache: Map<string, Promise<unknown>>;
  /** What was true a moment ago, to be tried and not to be trusted. */
  guesses: Map<string, string>;
  /** Work that must not overlap, by name: the tail of each queue. */
  queues: Map<string, Promise<unknown>>;
  /** No request before this time (ms since the epoch): Azure DevOps asked for a pause. */
  notBefore: number;
}

/**
 * Requests to one project over the HTTP client of Microsoft's `azure-devops-node-api`.
 *
 * URLs are written out with their api-version: the generated clients of that library first ask an organisation where
 * everything is, several requests for each area. The raw client is used, not its REST layer, because that hides the
 * body of a 404 and the headers of an answer.
 */
export class Connection {
  private constructor(
    private readonly shared: Shared,
    private readonly context: CallContext,
  ) {}

  /** Checks the options; opens nothing yet. */
  static open(options: AzureDevOpsOptions): Connection {
    const organizationUrl = checkedUrl(options.organizationUrl);
    if (!options.token) {
      throw new Error(
        'The Azure DevOps token is empty: set moorline.azureDevOps.token.',
      );
    }
    if (!options.project) {
      throw new Error(
        'The Azure DevOps project is empty: set moorline.azureDevOps.project.',
      );
    }
    // An Entra access token is a JWT; personal access tokens have no dots.
    const handler =
      options.token.split('.').length === 3
        ? getBearerHandler(options.token)
        : getPersonalAccessTokenHandler(options.token);
    const api = new WebApi(
      organizationUrl,
      handler,
      {
        keepAlive: true,
        socketTimeout: 30_000,
        allowRedirects: false,
        ...(options.caFile ? { cert: { caFile: options.caFile } } : {}),
      },
      { productName: 'moorline', productVersion: '0.1' },
    );
    return new Connection(
      {
        api,
        organizationUrl,
        project: options.project,
        retry: { ...DEFAULT_RETRY, ...options.retry },
        onRequest: options.onRequest,
        cache: new Map(),
        guesses: new Map(),
        queues: new Map(),
        notBefore: 0,
      },
      { signal: options.signal, onRetry: options.onRetry },
    );
  }

  get organizationUrl(): string {
    return this.shared.organizationUrl;
  }

  get project(): string {
    return this.shared.project;
  }

  get retry(): RetryOptions {
    return this.shared.retry;
  }

  /** The same connection (sockets, cache, throttling) with another signal and another ear. */
  with(context: CallContext): Connection {
    return new Connection(this.shared, context);
  }

  /** Closes idle sockets. Nothing can be sent afterwards. */
  close(): void {
    this.shared.api.rest.client.dispose();
  }

  /** Sends a request, again where that is safe, and returns the parsed body (undefined when empty). */
  async send<T>(request: ProjectRequest): Promise<T | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.exchange<T>(request);
      } catch (error) {
        const mayRepeat =
          error instanceof AzureDevOpsError &&
          error.retryable &&
          // 429 says that nothing was done; anything else leaves a write in doubt.
          (request.idempotent || error.status === 429);
        if (!mayRepeat) {
          throw error;
        }
        await this.pause(error, attempt, request.what);
      }
    }
  }

  /** Like {@link send}, for requests whose answer always has a body. */
  async sendForBody<T>(request: ProjectRequest): Promise<T> {
    const body = await this.send<T>(request);
    if (body === undefined) {
      throw new AzureDevOpsError(
        `Azure DevOps answered the request to ${request.what} without a body.`,
        { code: 'unexpected' },
      );
    }
    return body;
  }

  /** Waits before the next try, or throws the error when there shall be none. */
  async pause(
    error: AzureDevOpsError,
    attempt: number,
    what: string,
  ): Promise<void> {
    const { retry } = this.shared;
    const delayMs = pauseAfter(error, attempt, retry);
    if (attempt >= retry.attempts || delayMs > retry.maxRetryAfterMs) {
      throw error;
    }
    const info: RetryInfo = { what, reason: error.message, delayMs, attempt };
    this.context.onRetry?.(info);
    await sleep(delayMs, this.context.signal);
  }

  /**
   * Remembers what `read` found for as long as this process lives; failures are not remembered. Callers at the same time
   * share one reading, which therefore does not end with the signal of one of them.
   */
  async cached<T>(
    name: string,
    read: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const { cache } = this.shared;
    let answer = cache.get(name) as Promise<T> | undefined;
    if (!answer) {
      answer = read(this.with({ onRetry: this.context.onRetry }));
      cache.set(name, answer);
      answer.catch(() => cache.delete(name));
    }
    return abortable(answer, this.context.signal);
  }

  /** Forgets something cached, because it proved to be no longer true. */
  forget(name: string): void {
    this.shared.cache.delete(name);
  }

  /** What was last noted under this name: perhaps no longer true. */
  guess(name: string): string | undefined {
    return this.shared.guesses.get(name);
  }

  /** Notes something for later guesses; undefined forgets it. */
  note(name: string, value: string | undefined): void {
    if (value === undefined) {
      this.shared.guesses.delete(name);
    } else {
      this.shared.guesses.set(name, value);
    }
  }

  /** Runs work after all earlier work of that name in this process, so that it does not collide with itself. */
  async inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { queues } = this.shared;
    const before = queues.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => {});
    queues.set(name, tail);
    try {
      return await abortable(mine, this.context.signal);
    } finally {
      if (queues.get(name) === tail) {
        queues.delete(name);
      }
    }
  }

  private async exchange<T>(request: ProjectRequest): Promise<T | undefined> {
    const { shared } = this;
    const { signal } = this.context;
    await sleep(shared.notBefore - Date.now(), signal);
    const url = request.address ?? this.url(request);
    const started = Date.now();
    let status: number | undefined;
    let text: string;
    let retryAfterMs: number | undefined;
    try {
      signal?.throwIfAborted();
      const response = await abortable(
        shared.api.rest.client.request(
          request.method,
          url.href,
          // The client's types leave out that there may be nothing to send.
          request.body === undefined
            ? (undefined as unknown as string)
            : JSON.stringify(request.body),
          {
            accept: request.address ? '*/*' : 'application/json',
            ...(request.body === undefined
              ? {}
              : { 'content-type': 'application/json; charset=utf-8' }),
          },
        ),
        signal,
      );
      status = response.message.statusCode ?? 0;
      const header = response.message.headers['retry-after'];
      retryAfterMs = parseRetryAfter(header);
      text = await abortable(response.readBody(), signal);
    } catch (cause) {
      if (signal?.aborted) {
        throw signal.reason;
      }
      status = undefined;
      throw errorFromNetwork(cause, request, shared);
    } finally {
      shared.onRequest?.({
        method: request.method,
        path: `${url.pathname}${url.search}`,
        status,
        durationMs: Date.now() - started,
      });
    }
    if (retryAfterMs !== undefined) {
      // Also on a success: "you are close to the limit, wait before the next one".
      shared.notBefore =
        Date.now() + Math.min(retryAfterMs, shared.retry.maxRetryAfterMs);
    }
    const body = parseJson(text);
    if (status >= 200 && status < 300 && status !== 203) {
      return (request.address ? text : body) as T | undefined;
    }
    throw errorFromAnswer(
      { status, body: body as { message?: string }, retryAfterMs },
      request,
      shared,
    );
  }

  private url(request: ProjectRequest): URL {
    const project = encodeURIComponent(this.shared.project);
    const url = new URL(
      `${this.shared.organizationUrl}/${project}/_apis/${request.path}`,
    );
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    url.searchParams.set('api-version', request.apiVersion ?? '7.1');
    return url;
  }
}

function parseJson(text: string): unknown {
  if (!text) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    // An HTML page of a proxy, say; the status tells enough.
    return undefined;
  }
}
