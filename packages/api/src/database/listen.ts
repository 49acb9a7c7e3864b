import type { ClientBase, Notification } from 'pg';
import { Queryable, preparing } from './database';

/** What is done while a connection listens. */
export interface Listening {
  /** Names of channels, as the migrations have them. */
  channels: readonly string[];
  heard(channel: string, payload: string): void;
  /**
   * Called once the connection listens, which it does until the work is over.
   *
   * @param broken Aborted when the connection breaks, with the reason.
   */
  work(connection: Queryable, broken: AbortSignal): Promise<void>;
}

/** Listens on a connection that is nobody else's. Whoever lent it ends it after that: it may be broken, or still listen. */
export async function listenOn(
  client: ClientBase,
  { channels, heard, work }: Listening,
): Promise<void> {
  const broken = new AbortController();
  const onNotification = ({ channel, payload = '' }: Notification) =>
    heard(channel, payload);
  const onBreak = (error = new Error('The connection ended')) =>
    broken.abort(error);
  client.on('notification', onNotification);
  client.on('error', onBreak);
  client.on('end', onBreak);
  try {
    for (const channel of channels) await client.query(`LISTEN ${channel}`);
    await work(preparing(client), broken.signal);
  } finally {
    client.off('notification', onNotification);
    client.off('end', onBreak);
  }
}
