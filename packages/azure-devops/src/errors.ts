/** What kind of trouble it is, in one word a program can branch on. */
export type AzureDevOpsErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'throttled'
  | 'invalid'
  | 'unavailable'
  | 'network'
  | 'unexpected';

/** The details of an {@link AzureDevOpsError}. */
export interface AzureDevOpsErrorDetails {
  code: AzureDevOpsErrorCode;
  /** HTTP status; undefined when no answer came. */
  status?: number;
  /** Azure DevOps' own name of the error, e.g. `GitRepositoryNotFoundException`. */
  typeKey?: string;
  /** How long the server asked to wait, in milliseconds. */
  retryAfterMs?: number;
  /** Whether trying again may help. After a write, look first whether it happened. */
  retryable?: boolean;
  cause?: unknown;
}

/** Something Azure DevOps refused or could not do; the message says what a person can do about it. */
export class AzureDevOpsError extends Error {
  readonly code: AzureDevOpsErrorCode;
  readonly status?: number;
  readonly typeKey?: string;
  readonly retryAfterMs?: number;
  readonly retryable: boolean;

  constructor(message: string, details: AzureDevOpsErrorDetails) {
    super(message, { cause: details.cause });
    this.name = 'AzureDevOpsError';
    this.code = details.code;
    this.status = details.status;
    this.typeKey = details.typeKey;
    this.retryAfterMs = details.retryAfterMs;
    this.retryable = details.retryable ?? false;
  }
}

/** What an error needs to know of the request to name the fix. */
export interface RequestPurpose {
  /** Completes "Azure DevOps could not …", e.g. `push to the repository environments`. */
  what: string;
  /** The token scope and permission that the request needs, e.g. `Code (Read & write)`. */
  needs: string;
  /** The thing addressed, e.g. `the repository "environments"`. */
  thing: string;
}

/** An answer that was no success. */
export interface ErrorAnswer {
  status: number;
  /** The parsed body, when it was JSON. */
  body?: { message?: string; typeKey?: string };
  retryAfterMs?: number;
}

/** Where the request went, for messages. */
export interface ProjectAddress {
  organizationUrl: string;
  project: string;
}

/** Turns an answer into an error that says what to do. */
export function errorFromAnswer(
  answer: ErrorAnswer,
  purpose: RequestPurpose,
  address: ProjectAddress,
): AzureDevOpsError {
  const { status, retryAfterMs } = answer;
  const typeKey = answer.body?.typeKey;
  const said = answer.body?.message ? ` It said: ${answer.body.message}` : '';
  const details = { status, typeKey, retryAfterMs };
  const { what, needs, thing } = purpose;
  const where = `project "${address.project}" of ${address.organizationUrl}`;

  // A sign-in page (203, or a redirect to one) is how Azure DevOps answers some tokens it does not know.
  if (status === 401 || status === 203 || (status >= 300 && status < 400)) {
    return new AzureDevOpsError(
      `Azure DevOps did not accept the token (${status}) to ${what}. It is missing, mistyped or expired: ` +
        `create a personal access token at ${address.organizationUrl}/_usersSettings/tokens and set it as moorline.azureDevOps.token.`,
      { ...details, code: 'unauthorized' },
    );
  }
  if (status === 403) {
    return new AzureDevOpsError(
      `The token may not ${what} (403). Give it the scope ${needs}, and its user the same right in ${where}.${said}`,
      { ...details, code: 'forbidden' },
    );
  }
  if (typeKey?.startsWith('ProjectDoesNotExist')) {
    return new AzureDevOpsError(
      `There is no ${where}, or the token cannot see it: check moorline.azureDevOps.project and organizationUrl.`,
      { ...details, code: 'notFound' },
    );
  }
  if (status === 404) {
    return new AzureDevOpsError(
      `Azure DevOps has no ${thing} in ${where}, or the token cannot see it (404): check its name, or create it.${said}`,
      { ...details, code: 'notFound' },
    );
  }
  if (status === 409) {
    return new AzureDevOpsError(
      `Azure DevOps could not ${what}: somebody else changed it at the same time, or it exists already (409).${said}`,
      { ...details, code: 'conflict' },
    );
  }
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
    const wait = Math.ceil((retryAfterMs ?? 0) / 1000);
    return new AzureDevOpsError(
      `Azure DevOps limits the rate of requests (${status}) and did not ${what}. Try again in ${wait} s.${said}`,
      { ...details, code: 'throttled', retryable: true },
    );
  }
  if (status >= 500) {
    return new AzureDevOpsError(
      `Azure DevOps failed (${status}) to ${what}. Try again; if it lasts, look at https://status.dev.azure.com.${said}`,
      { ...details, code: 'unavailable', retryable: true },
    );
  }
  if (status === 400) {
    return new AzureDevOpsError(
      `Azure DevOps refused to ${what} (400).${said}`,
      { ...details, code: 'invalid' },
    );
  }
  return new AzureDevOpsError(
    `Azure DevOps answered ${status} to the request to ${what}.${said}`,
    { ...details, code: 'unexpected' },
  );
}

/** Errors of TLS that no second try heals. */
const CERTIFICATE_ERRORS = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET/;

/** Turns a broken connection into an error that says what to do. */
export function errorFromNetwork(
  cause: unknown,
  purpose: RequestPurpose,
  address: ProjectAddress,
): AzureDevOpsError {
  const code = (cause as { code?: string })?.code;
  const reason = code ?? (cause instanceof Error ? cause.message : 'unknown');
  const host = new URL(address.organizationUrl).host;
  if (code && CERTIFICATE_ERRORS.test(code)) {
    return new AzureDevOpsError(
      `The certificate of ${host} is not trusted (${code}): start Node with NODE_EXTRA_CA_CERTS naming the PEM file of its authority.`,
      { code: 'network', cause },
    );
  }
  return new AzureDevOpsError(
    `The connection to ${host} broke (${reason}) while trying to ${purpose.what}. Check the network and moorline.azureDevOps.organizationUrl, then try again.`,
    { code: 'network', retryable: true, cause },
  );
}
