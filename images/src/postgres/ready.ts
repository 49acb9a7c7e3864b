import { connect } from 'net';
import { DatabaseError, parse, serialize } from 'pg-protocol';

/** Exit codes of PostgreSQL's own `pg_isready`. */
const ACCEPTS = 0;
const REFUSES = 1;
const SILENT = 2;
/** It starts, stops, or recovers. */
const CANNOT_CONNECT_NOW = '57P03';
const PATIENCE_MS = 3000;

/** Asks the server of this pod whether it takes clients; nobody signs in. */
export async function askServer(
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const socket = connect({
    host: env.MOORLINE_POD_ADDRESS || '127.0.0.1',
    port: Number(env.PGPORT || 5432),
    timeout: PATIENCE_MS,
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('timeout', () => resolve(SILENT));
      socket.once('close', () => resolve(SILENT));
      socket.once('connect', () =>
        socket.write(
          serialize.startup({ user: 'postgres', database: 'postgres' }),
        ),
      );
      // To be asked for a password is the answer, and so is to be turned away for anything but the hour.
      parse(socket, message =>
        resolve(
          message instanceof DatabaseError &&
            message.code === CANNOT_CONNECT_NOW
            ? REFUSES
            : ACCEPTS,
        ),
      ).catch(reject);
    });
  } catch {
    return SILENT;
  } finally {
    socket.destroy();
  }
}
