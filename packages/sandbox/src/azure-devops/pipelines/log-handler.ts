import type { Request, Response } from 'express';
import type { ServerContext } from '../context';
import { logNotFound } from '../wire/errors';
import { queryNumberOf, wholeNumber } from '../wire/list';
import type { Build } from './build';
import { logWire } from './timeline-wire';

/**
 * Answers a log of a run: its lines, from `startLine` to `endLine` (counted from one), as text or, when the client
 * accepts JSON, as `{count, value}`. `form: 'record'` answers what is known of the log unless text is asked for.
 */
export function answerLog(
  context: ServerContext,
  build: Build,
  request: Request,
  response: Response,
  form: 'lines' | 'record',
): void {
  const id = wholeNumber(String(request.params.log), 'logId');
  const log = build.record.logs.find(candidate => candidate.id === id);
  if (!log) throw logNotFound(id, build.id);
  const accept = request.get('accept') ?? '';
  const isJson = accept.includes('application/json');
  if (isJson && form === 'record') {
    response.json(logWire(context, build, log));
    return;
  }
  const lines = build.readLog(
    log,
    queryNumberOf(request, 'startLine'),
    queryNumberOf(request, 'endLine'),
  );
  if (isJson) {
    response.json({ count: lines.length, value: lines });
    return;
  }
  response
    .type('text/plain; charset=utf-8')
    .send(lines.map(line => `${line}\n`).join(''));
}
