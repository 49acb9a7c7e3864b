import { TRPCError } from '@trpc/server';
import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body as JSON; undefined when it is empty.
 *
 * @throws PAYLOAD_TOO_LARGE as soon as it is known to be; BAD_REQUEST when it is no JSON or breaks off.
 */
export async function readJson(
  request: IncomingMessage,
  maxBytes: number,
): Promise<unknown> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readAll(request, maxBytes);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: 'The body is not JSON.',
      cause,
    });
  }
}

function readAll(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        // What still comes is read and dropped, so that the answer reaches whoever is still sending.
        request.removeAllListeners('data').resume();
        reject(tooLarge(maxBytes));
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () =>
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
    );
    request.once('error', cause =>
      reject(
        new TRPCError({
          code: 'BAD_REQUEST',
          message: 'The body broke off.',
          cause,
        }),
      ),
    );
  });
}

function tooLarge(maxBytes: number): TRPCError {
  return new TRPCError({
    code: 'PAYLOAD_TOO_LARGE',
    message: `The body is larger than ${maxBytes} bytes; send less at once.`,
  });
}
