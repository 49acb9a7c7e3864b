import type { IncomingMessage } from 'http';
import { Agent, request } from 'https';
import type { KubeObject } from '../../kubernetes/objects/meta';

/** Where a Kubernetes API is and how to sign in; the fields of a kubeconfig. */
export interface ApiAccess {
  /** With a path where the API has one, without a slash at its end. */
  server: string;
  token?: string;
  /** Client certificate and its key in PEM, in the place of a token. */
  cert?: string;
  key?: string;
  /** CA certificate in PEM. */
  ca?: string;
}

/** The API refused. */
export class ApiRefusal extends Error {
  /** @param status - HTTP status */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** One change that a watch tells. */
export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T;
}

interface List<T> {
  items?: T[];
  metadata: { resourceVersion: string };
}

const PATIENCE_MS = 30_000;
const MERGE_PATCH = 'application/merge-patch+json';

/** Requests to one Kubernetes API, sandbox's or real. */
export class ApiClient {
  private readonly agent = new Agent({ keepAlive: true });
  private stopped = false;

  /** @param access - asked anew for each request */
  constructor(private readonly access: () => ApiAccess) {}

  /** @returns undefined when there is no such object */
  async get<T>(path: string): Promise<T | undefined> {
    try {
      return await this.call<T>('GET', path);
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  list<T>(path: string): Promise<List<T>> {
    return this.call('GET', path);
  }

  create<T>(path: string, body: object): Promise<T> {
    return this.call('POST', path, body);
  }

  /** Changes the fields given; lists are replaced, null removes. */
  patch<T>(path: string, body: object): Promise<T> {
    return this.call('PATCH', path, body, MERGE_PATCH);
  }

  delete(path: string, options: object): Promise<void> {
    return this.call('DELETE', path, options);
  }

  /** Follows changes until the server ends the watch, or `signal` does. @throws ApiRefusal 410 when the version is too old */
  async watch<T extends KubeObject>(
    path: string,
    resourceVersion: string,
    hear: (event: WatchEvent<T>) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    const answer = await this.send('GET', `${path}?${query}`, { signal });
    if (answer.statusCode !== 200) throw await refusal(answer);
    let text = '';
    answer.setEncoding('utf8');
    for await (const part of answer) {
      const lines = (text + part).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const event = JSON.parse(line) as WatchEvent<T>;
        if (event.type === 'ERROR') {
          const { code, message } = event.object as unknown as {
            code: number;
            message: string;
          };
          throw new ApiRefusal(code, message);
        }
        hear(event);
      }
    }
  }

  /** Closes what is open; nothing is asked any more. */
  stop(): void {
    this.stopped = true;
    this.agent.destroy();
  }

  private async call<T>(
    method: string,
    path: string,
    body?: object,
    contentType = 'application/json',
  ): Promise<T> {
    const answer = await this.send(method, path, { body, contentType });
    if ((answer.statusCode ?? 0) >= 300) throw await refusal(answer);
    return JSON.parse(await read(answer)) as T;
  }

  private send(
    method: string,
    path: string,
    options: { body?: object; contentType?: string; signal?: AbortSignal },
  ): Promise<IncomingMessage> {
    const { server, token, ca, cert, key } = this.access();
    const { contentType, signal } = options;
    const body = options.body && JSON.stringify(options.body);
    return new Promise((resolve, reject) => {
      if (this.stopped) throw new Error('the kubelet has stopped');
      const sent = request(`${server}${path}`, {
        method,
        ca,
        cert,
        key,
        agent: this.agent,
        signal,
        timeout: signal ? undefined : PATIENCE_MS,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          'user-agent': 'moorline-kubelet',
          // Node does not say the length of its own accord where a method seldom has a body, as DELETE.
          ...(body && {
            'content-type': contentType,
            'content-length': Buffer.byteLength(body),
          }),
        },
      });
      sent.once('response', resolve);
      sent.once('error', reject);
      sent.once('timeout', () =>
        sent.destroy(new Error(`${method} ${path}: no answer`)),
      );
      sent.end(body);
    });
  }
}

async function read(answer: IncomingMessage): Promise<string> {
  let text = '';
  answer.setEncoding('utf8');
  for await (const part of answer) text += part;
  return text;
}

async function refusal(answer: IncomingMessage): Promise<ApiRefusal> {
  const { statusCode = 0 } = answer;
  const text = await read(answer);
  try {
    const { message } = JSON.parse(text) as { message?: string };
    return new ApiRefusal(statusCode, message ?? text);
  } catch {
    return new ApiRefusal(statusCode, text);
  }
}
