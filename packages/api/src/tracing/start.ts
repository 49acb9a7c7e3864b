import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** What is traced and where it goes. */
export interface TracingOptions {
  /** What this process is called in traces. */
  service: string;
  /** Part of the traces that begin here which is kept, 0 to 1; those that callers began are kept as they say. */
  ratio: number;
  /** Left out: OTLP over HTTP, to where OTEL_EXPORTER_OTLP_ENDPOINT says. */
  exporter?: SpanExporter;
}

/**
 * Begins to record spans and to send them. To be imported only where that is wanted: it brings a lot of code.
 *
 * @returns Ends it, after what was recorded is sent.
 */
export function startTracing({
  service,
  ratio,
  exporter = new OTLPTraceExporter(),
}: TracingOptions): () => Promise<void> {
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': service }),
    ),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(ratio),
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const manager = new AsyncLocalStorageContextManager();
  context.setGlobalContextManager(manager.enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    await provider.shutdown();
    trace.disable();
    propagation.disable();
    context.disable();
  };
}
