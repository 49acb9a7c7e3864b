import {
  createServer,
  IncomingMessage,
  request as send,
  Server,
  ServerResponse,
} from 'http';
import type { AddressInfo, Socket } from 'net';
import { pipeline } from 'stream';
import { PortBusyError } from '../../http';
import { dial, join } from '../endpoints';
import { choose, GatewayRule, ruleFor } from './matching';

/** What concerns one connection alone, and is not handed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Answered by the gateway itself. */
class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const REASONS: Record<number, string> = {
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

function endToEnd(headers: IncomingMessage['headers']) {
  const named = String(headers.connection ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !HOP_BY_HOP.includes(name) && !named.includes(name),
    ),
  );
}

/** The gateway of the sandbox: one HTTP port of this machine for the routes of all clusters. */
export class HttpGateway {
  private readonly server: Server;
  private readonly rules = new Map<object, GatewayRule[]>();
  private turn = 0;

  constructor() {
    // Streams are quiet for long; Node's limits are made for short requests.
    this.server = createServer({ requestTimeout: 0 });
    this.server.on('request', (request, response) => {
      this.answer(request, response).catch(error => refuse(response, error));
    });
    this.server.on('upgrade', (request, socket: Socket, head) => {
      socket.on('error', () => {});
      this.upgrade(request, socket, head).catch(error => {
        const { status = 502, message } = error as Refusal;
        socket.end(
          `HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${message}\n`,
        );
      });
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** @param port - on the loopback interface; 0: any free one. @throws PortBusyError */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new PortBusyError(port) : error),
      );
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  async stop(): Promise<void> {
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** What a cluster has served from now on, instead of what it had. */
  serve(cluster: object, rules: GatewayRule[]): void {
    if (rules.length) this.rules.set(cluster, rules);
    else this.rules.delete(cluster);
  }

  /** Connects to a pod that may answer a request. @throws Refusal */
  private async connect(request: IncomingMessage): Promise<Socket> {
    const host = (request.headers.host ?? '')
      .replace(/:\d+$/, '')
      .toLowerCase();
    const rule = ruleFor([...this.rules.values()].flat(), host, request);
    if (!rule) {
      throw new Refusal(404, `no route is for http://${host}${request.url}`);
    }
    const endpoints = choose(rule.backends)?.endpoints();
    if (!endpoints) {
      throw new Refusal(500, `the route of ${host} leads to no Service`);
    }
    const socket = await dial(endpoints, this.turn++);
    if (!socket) {
      throw new Refusal(503, `no pod is ready to answer for ${host}`);
    }
    return socket;
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const socket = await this.connect(request);
    const { remoteAddress = '' } = request.socket;
    const { 'x-forwarded-for': before } = request.headers;
    const sent = send({
      method: request.method,
      path: request.url,
      headers: {
        ...endToEnd(request.headers),
        'x-forwarded-for': [before, remoteAddress].filter(Boolean).join(', '),
        'x-forwarded-proto': 'http',
      },
      // A connection for each request: none is kept that a pod might be about to close.
      createConnection: () => socket,
    });
    response.once('close', () => sent.destroy());
    sent.once('response', answer => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      response.flushHeaders();
      pipeline(answer, response, () => {});
    });
    sent.once('error', error =>
      refuse(
        response,
        new Refusal(502, `the pod's answer broke off: ${error.message}`),
      ),
    );
    pipeline(request, sent, () => {});
  }

  /** WebSockets: what was asked is handed on as it came, and then both sides speak. */
  private async upgrade(
    request: IncomingMessage,
    client: Socket,
    head: Buffer,
  ): Promise<void> {
    const pod = await this.connect(request);
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    }
    pod.write(`${lines.join('\r\n')}\r\n\r\n`);
    pod.write(head);
    join(client, pod);
  }
}

function refuse(response: ServerResponse, error: Error): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = error instanceof Refusal ? error.status : 502;
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${error.message}\n`);
}
