import type { Request, RequestHandler } from 'express';

/** What goes wrong: an HTTP status, or a connection that ends without an answer. */
export type FaultKind = 401 | 403 | 429 | 500 | 503 | 'cut';

/** An order to make requests fail. */
export interface Fault {
  kind: FaultKind;
  /** How many requests; default 1. */
  times?: number;
  /** HTTP method; default any. */
  method?: string;
  /** Regular expression on path and query; default: what the injector was made for (Azure DevOps). */
  path?: string;
  /** Seconds, for 429 and 503; default 1. */
  retryAfter?: number;
  /**
   * With `cut`: the request is carried out and only its answer is lost, as when a connection ends at the worst moment.
   * Default false: the connection ends before anything happens.
   */
  afterwards?: boolean;
}

const KINDS: readonly unknown[] = [401, 403, 429, 500, 503, 'cut'];

interface ActiveFault {
  kind: FaultKind;
  left: number;
  method?: string;
  path: RegExp;
  retryAfter: number;
  afterwards: boolean;
}

/** Makes requests fail on purpose, to see how a client takes it. */
export class FaultInjector {
  #faults: ActiveFault[] = [];

  /** @param defaultPath - regular expression on the paths that a fault without a path is for */
  constructor(private readonly defaultPath: string = '^/') {}

  /**
   * Adds a fault; faults are used up in the order of their adding.
   * @throws Error that names the field when the order makes no sense.
   */
  add(fault: Fault): void {
    if (!KINDS.includes(fault.kind)) {
      throw new Error(`kind: use one of ${KINDS.join(', ')}`);
    }
    const times = fault.times ?? 1;
    if (!Number.isInteger(times) || times < 1) {
      throw new Error('times: use a whole number from 1');
    }
    const retryAfter = fault.retryAfter ?? 1;
    if (!(retryAfter >= 0)) {
      throw new Error('retryAfter: use a number of seconds from 0');
    }
    this.#faults.push({
      kind: fault.kind,
      left: times,
      method: fault.method?.toUpperCase(),
      path: new RegExp(fault.path ?? this.defaultPath, 'i'),
      retryAfter,
      afterwards: fault.afterwards ?? false,
    });
  }

  /** Ends all faults. */
  clear(): void {
    this.#faults = [];
  }

  /** Faults that are still to come. */
  pending(): { kind: FaultKind; left: number }[] {
    return this.#faults.map(({ kind, left }) => ({ kind, left }));
  }

  /** Middleware that fails the requests that match, and lets the others pass. */
  readonly handler: RequestHandler = (request, response, next) => {
    const fault = this.#take(request);
    if (!fault) {
      next();
      return;
    }
    if (fault.kind === 'cut') {
      if (!fault.afterwards) {
        request.socket.destroy();
        return;
      }
      // Everything is done as asked; the moment the answer would leave, the line is dead.
      const cut = () => {
        request.socket.destroy();
        return response;
      };
      response.writeHead = cut as typeof response.writeHead;
      response.write = (() => {
        cut();
        return false;
      }) as typeof response.write;
      response.end = cut as typeof response.end;
      next();
      return;
    }
    sendFault(response, fault.kind, fault.retryAfter);
  };

  #take(request: Request): ActiveFault | undefined {
    const fault = this.#faults.find(
      candidate =>
        (!candidate.method || candidate.method === request.method) &&
        candidate.path.test(request.originalUrl),
    );
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left === 0) {
      this.#faults = this.#faults.filter(other => other !== fault);
    }
    return fault;
  }
}

type Response = Parameters<RequestHandler>[1];

const FAULT_TEXT: Record<403 | 429 | 500 | 503, [string, string]> = {
  403: [
    'Microsoft.TeamFoundation.Framework.Server.AccessCheckException',
    'TF400813: The user is not authorized to access this resource.',
  ],
  429: [
    'Microsoft.TeamFoundation.Framework.Server.RequestBlockedException',
    'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource in namespace.',
  ],
  500: [
    'Microsoft.TeamFoundation.Framework.Server.TeamFoundationServerException',
    'TF400898: An Internal Error Occurred.',
  ],
  503: [
    'Microsoft.TeamFoundation.Framework.Server.ServiceUnavailableException',
    'TF503000: The service is currently unavailable.',
  ],
};

function sendFault(
  response: Response,
  status: Exclude<FaultKind, 'cut'>,
  retryAfter: number,
): void {
  if (status === 401) {
    response
      .status(401)
      .set('WWW-Authenticate', 'Basic realm="https://localhost/"')
      .end();
    return;
  }
  if (status === 429 || status === 503) {
    response.set('Retry-After', String(retryAfter));
  }
  if (status === 429) {
    response.set({
      'X-RateLimit-Resource': 'ado/token bucket',
      'X-RateLimit-Delay': String(retryAfter),
      'X-RateLimit-Limit': '200',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(Math.ceil(Date.now() / 1000 + retryAfter)),
    });
  }
  const [typeName, message] = FAULT_TEXT[status];
  response.status(status).json({
    $id: '1',
    innerException: null,
    message,
    typeName: `${typeName}, Microsoft.TeamFoundation.Framework.Server`,
    typeKey: typeName.split('.').pop(),
    errorCode: 0,
    eventId: 3000,
  });
}
