// A closed loop of requests over kept connections, as lean as it gets: the server should be what is measured.
import net from 'node:net';

/** The bytes of a request. */
export function requestBytes({ method = 'GET', path, key, body = '' }) {
  return [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer ${key}`,
    ...(body
      ? [
          'content-type: application/json',
          `content-length: ${Buffer.byteLength(body)}`,
        ]
      : []),
    '',
    body,
  ].join('\r\n');
}

/** Where the first answer in the bytes ends; -1 while it is not whole. */
function endOfAnswer(bytes) {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const headers = bytes.latin1Slice(0, head).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(headers);
  if (length) {
    const end = head + 4 + Number(length[1]);
    return bytes.length >= end ? end : -1;
  }
  const last = bytes.indexOf('\r\n0\r\n\r\n', head);
  return last < 0 ? -1 : last + 7;
}

/** Asks over one connection until told to stop; @returns the milliseconds of each answer. */
function drive(port, next, until) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1').setNoDelay();
    const times = [];
    let bytes = Buffer.alloc(0);
    let since = 0;
    const ask = () => {
      if (performance.now() >= until()) {
        socket.destroy();
        resolve(times);
        return;
      }
      since = performance.now();
      socket.write(next());
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('data', chunk => {
      bytes = bytes.length ? Buffer.concat([bytes, chunk]) : chunk;
      if (endOfAnswer(bytes) < 0) return;
      if (!bytes.subarray(0, 12).equals(Buffer.from('HTTP/1.1 200'))) {
        socket.destroy();
        reject(new Error(`refused: ${bytes.toString().slice(0, 600)}`));
        return;
      }
      times.push(performance.now() - since);
      bytes = Buffer.alloc(0);
      ask();
    });
  });
}

/**
 * Asks for some seconds over some connections.
 * @param {{ port: number, next: () => string, seconds: number, connections: number }} options
 * @returns {Promise<{ answers: number, perSecond: number, p50: number, p99: number }>} answers a second, and milliseconds
 */
export async function load({ port, next, seconds, connections }) {
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const all = await Promise.all(
    Array.from({ length: connections }, () => drive(port, next, () => end)),
  );
  const elapsed = performance.now() - begin;
  const times = all.flat().sort((a, b) => a - b);
  const at = part => times[Math.floor(times.length * part)];
  return {
    answers: times.length,
    perSecond: (times.length / elapsed) * 1000,
    p50: at(0.5),
    p99: at(0.99),
  };
}
