import type { Variables } from '../server/variables';

/** Where a process sends its traces. */
export interface TracingSettings {
  /** None: there are none. */
  otlpEndpoint: string;
  /** Part of the traces that begin here which is kept, 0 to 1. */
  traceRatio: number;
}

export const TRACING_VARIABLES: Variables<TracingSettings> = {
  otlpEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    about: 'where traces are sent; left out: there are none',
    fallback: '',
    parse: value => value,
  },
  traceRatio: {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    about: 'part of the traces that begin here which is kept, from 0 to 1',
    fallback: '1',
    parse: ratio,
  },
};

function ratio(value: string): number {
  const parsed = Number(value);
  if (!(parsed >= 0 && parsed <= 1))
    throw new Error('give a number from 0 to 1');
  return parsed;
}

/**
 * Begins to trace a process where its settings say so.
 *
 * @param service What it is called in traces, unless OTEL_SERVICE_NAME says otherwise.
 * @returns Ends it, after what was recorded is sent.
 */
export async function traceProcess(
  service: string,
  { otlpEndpoint, traceRatio }: TracingSettings,
): Promise<() => Promise<void>> {
  if (!otlpEndpoint) return async () => {};
  // A lot of code, for those who want it.
  const { startTracing } = await import('./start');
  return startTracing({
    service: process.env.OTEL_SERVICE_NAME || service,
    ratio: traceRatio,
  });
}
