import type { RequestHandler } from 'express';

/** One kind of request and how often it was made. */
export interface RequestCount {
  method: string;
  /** Path without the query; ids stay in it. */
  path: string;
  count: number;
}

/** A request as it came, for benchmarks and tests that look at order and answers. */
export interface LoggedRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** HTTP status of the answer; 0 while unanswered or when the connection was cut. */
  status: number;
  /** ISO time. */
  at: string;
}

/** Older requests are forgotten, so that a sandbox that runs for weeks stays small. */
const KEPT_REQUESTS = 10_000;
/** Paths with ids in them are many: more kinds than this are not counted until the counts are cleared. */
const KEPT_COUNTS = 10_000;

/** Counts the requests to the sandbox; its own endpoints are left out. */
export class RequestLog {
  #counts = new Map<string, RequestCount>();
  #requests: LoggedRequest[] = [];

  /** Middleware that counts a request and goes on. */
  readonly handler: RequestHandler = (request, response, next) => {
    if (request.path.startsWith('/_sandbox')) {
      next();
      return;
    }
    const key = `${request.method} ${request.path}`;
    const known = this.#counts.get(key);
    if (known) known.count += 1;
    else if (this.#counts.size < KEPT_COUNTS) {
      this.#counts.set(key, {
        method: request.method,
        path: request.path,
        count: 1,
      });
    }

    const logged: LoggedRequest = {
      method: request.method,
      url: request.originalUrl,
      status: 0,
      at: new Date().toISOString(),
    };
    if (this.#requests.push(logged) > KEPT_REQUESTS) this.#requests.shift();
    response.once('finish', () => {
      logged.status = response.statusCode;
    });
    next();
  };

  /** Counts by method and path, of the paths that start with the prefix. */
  counts(prefix: string = '/'): RequestCount[] {
    return [...this.#counts.values()].filter(entry =>
      entry.path.startsWith(prefix),
    );
  }

  /** The latest requests in order, of the paths that start with the prefix. */
  requests(prefix: string = '/'): LoggedRequest[] {
    return this.#requests.filter(entry => entry.url.startsWith(prefix));
  }

  /** Forgets everything counted so far. */
  clear(): void {
    this.#counts = new Map();
    this.#requests = [];
  }
}
