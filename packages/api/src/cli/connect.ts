import { MoorlineClient, createMoorlineClient } from '../client';
import { UsageError } from './failures';

const MOUNT = '/api/environments/trpc';
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Where and as whom the command line calls. */
export interface Connection {
  client: MoorlineClient;
  /** The portal, when it is a portal that is called. */
  portal?: string;
}

/**
 * Reads MOORLINE_URL (the portal, or the address of the API itself, which ends with `/trpc`) and MOORLINE_TOKEN. Without a
 * token it signs in as guest at a portal on this machine.
 *
 * @throws UsageError
 */
export function connect(
  env: Readonly<Record<string, string | undefined>>,
): Connection {
  const text = env.MOORLINE_URL || 'http://localhost:7007';
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new UsageError(
      `MOORLINE_URL: "${text}" is no address; give that of the portal, for example https://portal.example.org`,
    );
  }
  const url = text.replace(/\/+$/, '');
  const isApi = url.endsWith('/trpc');
  const portal = isApi ? env.MOORLINE_PORTAL?.replace(/\/+$/, '') : url;
  return {
    portal,
    client: createMoorlineClient({
      url: isApi ? url : `${url}${MOUNT}`,
      retry: {},
      token: async () => {
        if (env.MOORLINE_TOKEN) return env.MOORLINE_TOKEN;
        return isApi ? undefined : guestToken(url);
      },
    }),
  };
}

async function guestToken(portal: string): Promise<string | undefined> {
  if (!LOOPBACK.includes(new URL(portal).hostname)) return undefined;
  const answer = await fetch(`${portal}/api/auth/guest/refresh`);
  if (!answer.ok) return undefined;
  const { backstageIdentity } = await answer.json();
  return backstageIdentity?.token;
}
