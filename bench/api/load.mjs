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

const END_OF_CHUNKS = Buffer.from('0\r\n\r\n');

/** Reads one answer as it comes, without keeping it. @returns a function of a part that says whether it was the last one */
function answerReader() {
  let head = Buffer.alloc(0);
  let missing;
  let end = Buffer.alloc(0);
  return part => {
    let body = part;
    if (missing === undefined) {
      head = Buffer.concat([head, part]);
      const length = head.indexOf('\r\n\r\n');
      if (length < 0) return false;
      const headers = head.latin1Slice(0, length).toLowerCase();
      if (!headers.startsWith('http/1.1 200')) {
        throw new Error(`refused: ${head.toString().slice(0, 600)}`);
      }
      missing = Number(
        /\r\ncontent-length: *(\d+)/.exec(headers)?.[1] ?? Infinity,
      );
      body = head.subarray(length + 4);
    }
    missing -= body.length;
    if (missing !== Infinity) return missing <= 0;
    end = Buffer.concat([end, body.subarray(-END_OF_CHUNKS.length)]);
    end = end.subarray(-END_OF_CHUNKS.length);
    return end.equals(END_OF_CHUNKS);
  };
}

/** Asks over one connection until it is enough; @returns the milliseconds of each answer. */
function drive(port, next, isEnough) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1').setNoDelay();
    const times = [];
    let isLast;
    let since = 0;
    const ask = () => {
      if (isEnough()) {
        socket.destroy();
        resolve(times);
        return;
      }
      isLast = answerReader();
      since = performance.now();
      socket.write(next());
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('data', part => {
      try {
        if (!isLast(part)) return;
      } catch (error) {
        socket.destroy(error);
        return;
      }
      times.push(performance.now() - since);
      ask();
    });
  });
}

/**
 * Asks over some connections, for some seconds or for a number of answers.
 * @param {{ port: number, next: () => string, connections: number, seconds?: number, answers?: number }} options
 * @returns {Promise<{ answers: number, perSecond: number, p50: number, p99: number }>} answers a second, and milliseconds
 */
export async function load({
  port,
  next,
  connections,
  seconds = Infinity,
  answers = Infinity,
}) {
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let asked = 0;
  const isEnough = () => performance.now() >= end || (asked += 1) > answers;
  const all = await Promise.all(
    Array.from({ length: connections }, () => drive(port, next, isEnough)),
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
