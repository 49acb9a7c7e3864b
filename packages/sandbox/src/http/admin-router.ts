import { timingSafeEqual } from 'crypto';
import express, { Router } from 'express';
import { Fault, FaultInjector } from './faults';
import { RequestLog } from './request-log';

/** Options of {@link createAdminRouter}. */
export interface AdminRouterOptions {
  /** Bearer token that every request must carry. */
  token: string;
  faults: FaultInjector;
  requests: RequestLog;
}

/**
 * The sandbox's own endpoints, for tests and benchmarks only:
 * `GET|POST|DELETE /_sandbox/faults` and `GET|DELETE /_sandbox/requests?prefix=…`.
 */
export function createAdminRouter(options: AdminRouterOptions): Router {
  const { faults, requests } = options;
  const router = Router();

  router.use((request, response, next) => {
    const given = request.get('authorization') ?? '';
    if (isSame(given, `Bearer ${options.token}`)) {
      next();
      return;
    }
    response
      .status(401)
      .set('WWW-Authenticate', 'Bearer realm="sandbox"')
      .json({ message: 'use the adminToken of credentials.json as bearer' });
  });
  router.use(express.json());

  router.get('/faults', (_request, response) => {
    response.json(faults.pending());
  });
  router.post('/faults', (request, response) => {
    try {
      faults.add(request.body as Fault);
    } catch (error) {
      response.status(400).json({ message: (error as Error).message });
      return;
    }
    response.status(201).json(faults.pending());
  });
  router.delete('/faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });

  router.get('/requests', (request, response) => {
    const prefix = String(request.query.prefix ?? '/');
    const counts = requests.counts(prefix);
    response.json({
      total: counts.reduce((sum, entry) => sum + entry.count, 0),
      counts,
      requests: requests.requests(prefix),
    });
  });
  router.delete('/requests', (_request, response) => {
    requests.clear();
    response.status(204).end();
  });
  return router;
}

function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
