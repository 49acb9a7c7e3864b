import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
} from 'prom-client';

/** What Prometheus reads at /metrics. */
export interface Metrics {
  /** One HTTP request is over. */
  request(route: string, status: number, seconds: number): void;
  /** One call of a procedure is over; `ok`, or the code of its error. */
  call(procedure: string, code: string): void;
  /** The text of all metrics, and its content type. */
  text(): Promise<string>;
  contentType: string;
}

/**
 * The server's metrics, beside those of the process and of Node.
 *
 * @param followers How many follow changes now.
 */
export function createMetrics(followers: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'moorline_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const calls = new Counter({
    name: 'moorline_calls_total',
    help: 'Calls of procedures by their outcome.',
    labelNames: ['procedure', 'code'],
    registers: [registry],
  });
  const gauge: Gauge = new Gauge({
    name: 'moorline_subscriptions',
    help: 'Subscriptions that are open.',
    registers: [registry],
    collect: () => gauge.set(followers()),
  });
  const requestsBy = remember((route, status) =>
    requests.labels(route, status),
  );
  const callsBy = remember((procedure, code) => calls.labels(procedure, code));
  return {
    request: (route, status, seconds) =>
      requestsBy(route, String(status)).observe(seconds),
    call: (procedure, code) => callsBy(procedure, code).inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Looks labels up once: they are few, and looking them up costs more than counting. */
function remember<T>(make: (one: string, two: string) => T) {
  const known = new Map<string, T>();
  return (one: string, two: string): T => {
    const name = `${one} ${two}`;
    let found = known.get(name);
    if (!found) {
      found = make(one, two);
      known.set(name, found);
    }
    return found;
  };
}
