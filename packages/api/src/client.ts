/**
 * The typed client. The only entry that a browser may import: it brings types of the API and none of its code.
 *
 * @packageDocumentation
 */
import {
  TRPCClient,
  TRPCClientError,
  createTRPCClient,
  httpBatchLink,
  splitLink,
} from '@trpc/client';
import { liveLink } from './liveLink';
import { RetryOptions, retryLink } from './retryLink';
import type { AppRouter } from './router';

export { retryLink } from './retryLink';
export type { RetryOptions } from './retryLink';
export type { AppRouter } from './router';
export type {
  AddressMap,
  Availability,
  ChangeRecord,
  CheckResult,
  Difference,
  DriftRecord,
  DriftedResource,
  EnvironmentRecord,
  EventKind,
  EventRecord,
  FollowProblem,
  HealthRecord,
  JobRecord,
  LogPage,
  Page,
  PlanCounts,
  Reservation,
  RunFailure,
  RunPurpose,
  RunRecord,
  StageRecord,
  StepRecord,
} from './records';

export type { BackgroundJobRecord, BackgroundJobState } from './jobs/records';
export type {
  DeliveryFigures,
  ReleaseKind,
  ReleaseRecord,
  ReleaseState,
} from './releases/records';
export type { UsageRecord } from './usage/records';

/** The API, typed: `client.environments.list.query({ tier: 'dev' })`. */
export type MoorlineClient = TRPCClient<AppRouter>;

/** How to reach the API. */
export interface MoorlineClientOptions {
  /** Where it is mounted: `https://portal.example.org/api/environments/trpc`. */
  url: string;
  /** Gives a bearer token for each request; left out where `fetch` signs in by itself. */
  token?: () => Promise<string | undefined>;
  /** Another fetch, such as Backstage's. */
  fetch?: typeof fetch;
  /**
   * How to try again what the server refused for a while: `{}` for programs. Left out, errors come at once, as pages
   * want them that show trouble and try again by themselves.
   */
  retry?: RetryOptions;
}

/**
 * Makes a client. Calls made at the same time travel in one request; a subscription has a connection of its own and opens
 * it again when it breaks: `client.runs.changes.subscribe({ id }, { onData: ({ data }) => … })`.
 */
export function createMoorlineClient(
  options: MoorlineClientOptions,
): MoorlineClient {
  const { url, token, fetch: send = fetch, retry } = options;
  const signedIn: typeof fetch = async (input, init) => {
    const value = await token?.();
    if (!value) return send(input, init);
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${value}`);
    return send(input, { ...init, headers });
  };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: liveLink(url, signedIn),
        false: [
          ...(retry ? [retryLink(retry)] : []),
          httpBatchLink({
            url,
            // Longer lists of calls are sent in several requests: servers limit the length of an address.
            maxURLLength: 4000,
            fetch: signedIn as never,
          }),
        ],
      }),
    ],
  });
}

/** A wrong field of an input, as the API names it. */
export interface FieldIssue {
  /** Dotted from the root of the input: `spec.services.0.host`. */
  path: string;
  /** Names the field and the fix. */
  message: string;
}

/** An error of the API in the form a page shows. */
export interface MoorlineError {
  /** `BAD_REQUEST`, `CONFLICT`, `NOT_FOUND`, ...; undefined when no answer came. */
  code?: string;
  /** For a person. */
  message: string;
  /** The wrong fields; none for other kinds of errors. */
  issues: FieldIssue[];
}

/** Reads what went wrong from anything a call may throw. */
export function describeError(error: unknown): MoorlineError {
  if (error instanceof TRPCClientError) {
    const data = error.data as
      | { code?: string; issues?: FieldIssue[] }
      | undefined;
    return {
      code: data?.code,
      message: error.message,
      issues: data?.issues ?? [],
    };
  }
  return {
    message: error instanceof Error ? error.message : String(error),
    issues: [],
  };
}
