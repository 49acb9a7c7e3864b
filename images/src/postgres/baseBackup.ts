import { Readable } from 'stream';
import { Client, Connection, Submittable } from 'pg';

/** First byte of a piece of the stream, as the protocol documents them. */
const ARCHIVE = 'n'.charCodeAt(0);
const DATA = 'd'.charCodeAt(0);

/**
 * PostgreSQL's own base backup: the whole server, consistent, as one tar archive with the log that it needs to start.
 * The server makes it and checks its pages on the way; this only carries it, so no tool of PostgreSQL is needed here.
 */
class BaseBackup implements Submittable {
  readonly archive: Readable;
  private connection?: Connection;
  private archives = 0;

  constructor(private readonly label: string) {
    this.archive = new Readable({ read: () => this.socket()?.resume() });
  }

  submit(connection: Connection): void {
    this.connection = connection;
    connection.query(
      `BASE_BACKUP (LABEL '${this.label}', CHECKPOINT 'fast', WAL true, MANIFEST 'no')`,
    );
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (chunk[0] === ARCHIVE && ++this.archives > 1) {
      this.archive.destroy(
        new Error(
          'The server has tablespaces on other disks, which this backup does not hold',
        ),
      );
    }
    if (chunk[0] !== DATA) return;
    // The parser's buffer is used again for what comes next.
    const more = this.archive.push(Buffer.from(chunk.subarray(1)));
    if (!more) this.socket()?.pause();
  }

  handleReadyForQuery(): void {
    this.archive.push(null);
  }

  handleError(error: Error): void {
    this.archive.destroy(error);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}

  private socket() {
    return this.connection?.stream;
  }
}

/** Begins a base backup. @param client - a connection for replication */
export const baseBackup = (client: Client, label: string): Readable =>
  client.query(new BaseBackup(label)).archive;
