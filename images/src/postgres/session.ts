import { Client, ClientConfig } from 'pg';
import { databaseSettings } from '../databaseSettings';
import { UsageError } from './settings';

/**
 * Lends a connection to the server that the environment names.
 * @throws UsageError when it names none
 */
export async function withSession<T>(
  work: (client: Client) => Promise<T>,
  more: ClientConfig & { replication?: string } = {},
): Promise<T> {
  const settings = databaseSettings(process.env);
  if (!settings) {
    throw new UsageError('Set PGHOST, PGUSER and PGPASSWORD, or DATABASE_URL');
  }
  const client = new Client({ ...settings, ...more });
  // A broken connection shows in the query under way.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
