import type { RequestListener } from 'http';
import { createServer, Server } from 'https';
import type { AddressInfo } from 'net';

/** The port is taken by another process. */
export class PortBusyError extends Error {
  /** @param port - the port that was asked for */
  constructor(readonly port: number) {
    super(
      `port ${port} is busy: stop what listens there (another sandbox?) or start with another port`,
    );
    this.name = 'PortBusyError';
  }
}

/** A server that listens. */
export interface ListeningServer {
  port: number;
  server: Server;
  /** Closes the server and every connection, idle or not. */
  stop(): Promise<void>;
}

/** Options of {@link listenHttps}. */
export interface ListenOptions {
  /** 0: any free port. */
  port: number;
  key: string;
  certificate: string;
  /** CA certificates in PEM; only clients with a certificate of theirs are served. Left out: everyone is. */
  clientAuthority?: string;
  handler: RequestListener;
}

/**
 * Serves HTTPS on the loopback interface only.
 * @throws PortBusyError when the port is taken.
 */
export async function listenHttps(
  options: ListenOptions,
): Promise<ListeningServer> {
  const server = createServer(
    {
      key: options.key,
      cert: options.certificate,
      ca: options.clientAuthority,
      requestCert: options.clientAuthority !== undefined,
      // Followed logs and watches are quiet for long; Node's limits are made for short requests.
      requestTimeout: 0,
      keepAliveTimeout: 60_000,
    },
    options.handler,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new PortBusyError(options.port) : error,
      ),
    );
    // `localhost` may mean 127.0.0.1 or ::1 to a client; an IPv4 listener serves all that try both.
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
