/** How patiently a client tries again. Times are in milliseconds. */
export interface RetryOptions {
  /** How often one piece of work is tried in all, the first time included. */
  attempts: number;
  /** The first pause after a failure; it doubles with each further one. */
  baseDelayMs: number;
  /** No back-off is longer than this. */
  maxDelayMs: number;
  /** The longest `Retry-After` that is waited for; a longer one is reported instead. */
  maxRetryAfterMs: number;
}

/** What one HTTP exchange was, told to {@link AzureDevOpsOptions.onRequest}. Carries no secret and no body. */
export interface RequestInfo {
  method: string;
  /** Path and query, without the host. */
  path: string;
  /** Status of the answer; undefined when the connection was cut. */
  status?: number;
  durationMs: number;
}

/** Told before a pause that is made because something failed. */
export interface RetryInfo {
  /** What was being done, as in "push to the repository environments". */
  what: string;
  /** Why it has to be tried again. */
  reason: string;
  /** How long until the next try. */
  delayMs: number;
  /** Which try failed, from 1. */
  attempt: number;
}

/** What a caller adds to its calls without building another client. */
export interface CallContext {
  /** Gives up, between two requests or in the middle of one. */
  signal?: AbortSignal;
  /** Told of each pause, so that a person can see why nothing moves. */
  onRetry?: (info: RetryInfo) => void;
}

/** How to reach one project of one Azure DevOps organisation. */
export interface AzureDevOpsOptions extends CallContext {
  /** Root of the organisation, e.g. `https://dev.azure.com/contoso`. */
  organizationUrl: string;
  /** Name or id of the project. */
  project: string;
  /** A personal access token, or an Entra access token (recognised by its form). */
  token: string;
  /** PEM file of the authority that signed the server's certificate, when Node does not know it. */
  caFile?: string;
  retry?: Partial<RetryOptions>;
  /** Called after each HTTP exchange. */
  onRequest?: (info: RequestInfo) => void;
}

/** Four tries in about three seconds; a throttled client waits up to two minutes for its turn. */
export const DEFAULT_RETRY: RetryOptions = {
  attempts: 5,
  baseDelayMs: 200,
  maxDelayMs: 10_000,
  maxRetryAfterMs: 120_000,
};
