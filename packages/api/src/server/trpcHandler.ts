import {
  AnyTRPCRouter,
  TRPCError,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
} from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { retryAfterSeconds } from '../errors';
import { WrittenAnswer } from '../json';
import { readJson } from './body';
import { Call, planCalls } from './calls';
import { HeaderList, setHeaders } from './headers';

/** What a request may take at most. */
export interface Limits {
  bodyBytes: number;
  /** Calls in one request. */
  batchSize: number;
  /** Time until the answer, in milliseconds; subscriptions are free of it. */
  requestMs: number;
}

/** One call that is over, for logs and metrics. */
export interface CallOutcome {
  /** The procedure, when there is one of this name. */
  procedure: string | undefined;
  error?: TRPCError;
}

/** What the handler works with. */
export interface TrpcHandlerOptions {
  router: AnyTRPCRouter;
  limits: Limits;
  /** Makes the context of a request with this many calls; what it throws is the answer to each of them. */
  createContext(request: IncomingMessage, calls: number): Promise<object>;
  /** Told of each call after it is over. */
  onCall?(outcome: CallOutcome, request: IncomingMessage): void;
}

type Finished = { error: TRPCError } | { data: unknown };

/**
 * Serves a tRPC router on node:http. Queries and mutations in JSON, alone or in batches, are answered without the detour
 * over fetch's Request, Response, Headers and streams that tRPC's own adapters take, which costs more than the call
 * itself. Whatever else the protocol has (subscriptions, streamed batches, forms, HEAD) goes to tRPC's adapter.
 *
 * @param path The procedures called, as in the address: `environments.get` or `environments.get,runs.list`.
 * @param query What follows the question mark.
 * @param headers What the answer carries beside its own.
 */
export function createTrpcHandler(options: TrpcHandlerOptions) {
  const { router, limits, createContext, onCall } = options;
  const config = router._def._config;

  /** The context of calls that are answered here, where JSON is passed on as it is. */
  async function contextOf(request: IncomingMessage, calls: number) {
    return { ...(await createContext(request, calls)), passesJson: true };
  }

  async function run(
    call: Call,
    context: Promise<object>,
    input: () => Promise<unknown>,
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<Finished> {
    const { path, procedure, batchIndex } = call;
    try {
      if (call.refusal) throw call.refusal;
      const data = await procedure!({
        path,
        ctx: await context,
        type: procedure!._def.type,
        getRawInput: input,
        signal,
        batchIndex,
      });
      onCall?.({ procedure: path }, request);
      return { data };
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      onCall?.({ procedure: procedure && path, error }, request);
      return { error };
    }
  }

  /** The JSON of a call's answer. */
  function rpcAnswer(finished: Finished, path?: string): string {
    const { serialize } = config.transformer.output;
    if ('data' in finished) {
      const { data } = finished;
      return data instanceof WrittenAnswer
        ? `{"result":{"data":${data.json}}}`
        : JSON.stringify({ result: { data: serialize(data) } });
    }
    const { error } = finished;
    const shape = getTRPCErrorShape({
      config,
      error,
      path,
      type: 'unknown',
      input: undefined,
      ctx: undefined,
    });
    return JSON.stringify({ error: serialize(shape) });
  }

  function send(
    response: ServerResponse,
    finished: Finished | Finished[],
    calls: Call[],
    headers: HeaderList,
  ) {
    if (response.headersSent || response.destroyed) return;
    const all = Array.isArray(finished) ? finished : [finished];
    const answers = all.map((one, index) => rpcAnswer(one, calls[index]?.path));
    const body = Array.isArray(finished) ? `[${answers}]` : answers[0];
    const failed = all.some(one => 'error' in one);
    response.writeHead(failed ? statusOf(all) : 200, [
      ...headers,
      ...(failed ? headersOf(all, calls) : []),
      ...['content-type', 'application/json'],
      ...['content-length', String(Buffer.byteLength(body))],
      ...['vary', 'trpc-accept, accept'],
    ]);
    response.end(body);
  }

  return async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
    headers: HeaderList,
  ): Promise<void> {
    const abort = new AbortController();
    let late: NodeJS.Timeout | undefined;
    response.on('close', () => {
      clearTimeout(late);
      if (!response.writableFinished) abort.abort();
    });
    try {
      const plan = planCalls(router, request, path, query, limits.batchSize);
      if (!plan) {
        setHeaders(response, headers);
        await nodeHTTPRequestHandler({
          router,
          req: request,
          res: response,
          path,
          maxBodySize: limits.bodyBytes,
          maxBatchSize: limits.batchSize,
          createContext: ({ info }) =>
            createContext(request, info.calls.length) as never,
          onError: ({ error, path: procedure }) =>
            onCall?.({ procedure, error }, request),
        });
        return;
      }
      const { calls, batch } = plan;
      late = setTimeout(() => {
        abort.abort();
        const error = tooLate(limits.requestMs);
        onCall?.({ procedure: calls[0].path, error }, request);
        const all = batch ? calls.map(() => ({ error })) : { error };
        send(response, all, calls, headers);
      }, limits.requestMs);

      // Once for all calls; the body is read by the first that needs it, after the caller is known.
      const context = contextOf(request, calls.length);
      context.catch(() => {});
      let inputs: Promise<unknown[]> | undefined;
      const inputOf = (index: number) => async () => {
        inputs ??= plan.inputs(() => readJson(request, limits.bodyBytes));
        return (await inputs)[index];
      };
      const finished = await Promise.all(
        calls.map(call =>
          run(call, context, inputOf(call.batchIndex), request, abort.signal),
        ),
      );
      send(response, batch ? finished : finished[0], calls, headers);
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      onCall?.({ procedure: undefined, error }, request);
      send(response, { error }, [], headers);
    } finally {
      clearTimeout(late);
    }
  };
}

/** That of all calls, or 207 when they differ. */
function statusOf(all: Finished[]): number {
  const statuses = new Set(
    all.map(one =>
      'error' in one ? getHTTPStatusCodeFromError(one.error) : 200,
    ),
  );
  const [status] = statuses;
  return statuses.size === 1 ? status : 207;
}

/** What a client is to know of errors before it reads them. */
function headersOf(all: Finished[], calls: Call[]): HeaderList {
  const headers: HeaderList = [];
  for (const [index, one] of all.entries()) {
    if (!('error' in one)) continue;
    const { code } = one.error;
    const wait = retryAfterSeconds(one.error);
    if (wait !== undefined) headers.push('retry-after', String(wait));
    if (code === 'UNAUTHORIZED') headers.push('www-authenticate', 'Bearer');
    const procedure = calls[index]?.procedure;
    if (code === 'METHOD_NOT_SUPPORTED' && procedure) {
      const right = procedure._def.type === 'mutation' ? 'POST' : 'GET';
      headers.push('allow', right);
    }
    if (headers.length > 0) break;
  }
  return headers;
}

function tooLate(requestMs: number): TRPCError {
  return new TRPCError({
    code: 'GATEWAY_TIMEOUT',
    message: `This took longer than ${
      requestMs / 1000
    } s and was given up. Ask for less at once, or try again later.`,
  });
}
