import { AnyTRPCProcedure, AnyTRPCRouter, TRPCError } from '@trpc/server';
import type { IncomingMessage } from 'node:http';

/** One call of a request. */
export interface Call {
  path: string;
  batchIndex: number;
  /** Without it there is a refusal. */
  procedure?: AnyTRPCProcedure & ((options: object) => Promise<unknown>);
  refusal?: TRPCError;
}

/** What a request asks for. */
export interface Plan {
  calls: Call[];
  /** Whether the answer is a list, be it of one. */
  batch: boolean;
  /** The calls' inputs; those of a mutation are read from the body. */
  inputs(readBody: () => Promise<unknown>): Promise<unknown[]>;
}

const METHODS = { GET: 'query', POST: 'mutation' } as const;
const MOST_SHOWN = 100;

/**
 * Reads which procedures a request calls.
 *
 * @returns undefined for the parts of the protocol that are left to tRPC's own adapter.
 * @throws BAD_REQUEST for an address that cannot be read or too many calls.
 */
export function planCalls(
  router: AnyTRPCRouter,
  request: IncomingMessage,
  path: string,
  query: string,
  batchSize: number,
): Plan | undefined {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'POST') return undefined;
  if (headers['trpc-accept'] || headers.accept?.includes('application/jsonl'))
    return undefined;
  if (method === 'POST' && !isJson(headers['content-type'])) return undefined;

  const batch = parameter(query, 'batch') === '1';
  const decoded = decode(path, 'path');
  const paths = batch ? decoded.split(',') : [decoded];
  if (paths.length > batchSize) {
    throw badRequest(
      `A request may hold at most ${batchSize} calls, this one has ${paths.length}; send several requests.`,
    );
  }
  const { procedures } = router._def;
  const calls = paths.map((name, batchIndex): Call => {
    const procedure = Object.hasOwn(procedures, name)
      ? procedures[name]
      : undefined;
    if (!procedure) {
      const shown = name.slice(0, MOST_SHOWN);
      const refusal = new TRPCError({
        code: 'NOT_FOUND',
        message: `No procedure found on path "${shown}"`,
      });
      return { path: shown, batchIndex, refusal };
    }
    return { path: name, batchIndex, procedure };
  });
  if (calls.some(call => call.procedure?._def.type === 'subscription'))
    return undefined;
  for (const call of calls) {
    if (call.procedure && call.procedure._def.type !== METHODS[method]) {
      call.refusal = new TRPCError({
        code: 'METHOD_NOT_SUPPORTED',
        message: `Unsupported ${method}-request to ${call.procedure._def.type} procedure at path "${call.path}"`,
      });
    }
  }
  return {
    calls,
    batch,
    async inputs(readBody) {
      const { deserialize } = router._def._config.transformer.input;
      const read =
        method === 'GET' ? parseInput(parameter(query, 'input')) : readBody();
      const raw = await read;
      if (!batch) return [raw === undefined ? raw : deserialize(raw)];
      if (raw === undefined) return [];
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
        throw badRequest(
          'The input of a batch must be an object with the number of each call as its keys: {"0": …, "1": …}.',
        );
      }
      return calls.map(({ batchIndex }) => {
        const input = (raw as Record<number, unknown>)[batchIndex];
        return input === undefined ? input : deserialize(input);
      });
    },
  };
}

function isJson(contentType: string | undefined): boolean {
  return (
    contentType === 'application/json' ||
    contentType?.split(';', 1)[0].trim().toLowerCase() === 'application/json'
  );
}

/** The first value of a parameter, decoded. Looks for one name instead of parsing them all. */
function parameter(query: string, name: string): string | undefined {
  for (const part of query.split('&')) {
    if (part.startsWith(name) && part[name.length] === '=') {
      const value = part.slice(name.length + 1);
      return decode(value.replaceAll('+', ' '), name);
    }
  }
  return undefined;
}

function decode(text: string, where: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw badRequest(
      `The ${where} in the address is not properly encoded.`,
      cause,
    );
  }
}

function parseInput(text: string | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badRequest('The input in the address is not JSON.', cause);
  }
}

function badRequest(message: string, cause?: unknown): TRPCError {
  return new TRPCError({ code: 'BAD_REQUEST', message, cause });
}
