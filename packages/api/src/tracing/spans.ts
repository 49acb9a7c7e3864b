import {
  Attributes,
  ROOT_CONTEXT,
  Span,
  SpanKind,
  SpanStatusCode,
  context,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { IncomingMessage, ServerResponse } from 'node:http';

const tracer = trace.getTracer('@moorline/api');

/**
 * Serves a request in a span that goes on the caller's trace. Where nothing records spans this is a few function calls,
 * and all spans below are none at all.
 *
 * Attributes say what was called and how it went, never with what: inputs, tokens and values of statements stay out.
 */
export function traceRequest(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  serve: () => void,
): void {
  const caller = propagation.extract(ROOT_CONTEXT, request.headers);
  const span = tracer.startSpan(
    `${request.method} /trpc`,
    { kind: SpanKind.SERVER },
    caller,
  );
  if (!isSpanContextValid(span.spanContext())) {
    serve();
    return;
  }
  response.once('close', () => {
    const { statusCode } = response;
    span.setAttributes({
      'http.request.method': request.method,
      'http.route': '/trpc',
      'http.response.status_code': statusCode,
      'moorline.request_id': id,
    });
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  context.with(trace.setSpan(caller, span), serve);
}

/** What kind of failure a result or an error is, if any; never its message, which may hold what was sent. */
type FailureOf<T> = (
  outcome: { result: T } | { error: unknown },
) => string | undefined;

const codeOf: FailureOf<unknown> = outcome => {
  if ('result' in outcome) return undefined;
  const { code = 'error' } = Object(outcome.error) as { code?: unknown };
  return String(code);
};

/** Does work in a span below the one that it is done in; where there is none, just does it. */
export function traceWork<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  failureOf: FailureOf<T> = codeOf,
): Promise<T> {
  if (!trace.getActiveSpan()) return work();
  return inSpan(tracer.startSpan(name, { attributes }), work, failureOf);
}

/** Does work that no request asked for, in a trace of its own. */
export function traceTask<T>(name: string, work: () => Promise<T>): Promise<T> {
  return inSpan(tracer.startSpan(name, { root: true }), work, codeOf);
}

function inSpan<T>(
  span: Span,
  work: () => Promise<T>,
  failureOf: FailureOf<T>,
): Promise<T> {
  return context.with(trace.setSpan(context.active(), span), work).then(
    result => {
      end(span, failureOf({ result }));
      return result;
    },
    error => {
      end(span, failureOf({ error }));
      throw error;
    },
  );
}

function end(span: Span, failure: string | undefined): void {
  if (failure) {
    span.setAttribute('error.type', failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
