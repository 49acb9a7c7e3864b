import http from 'http';
import https from 'https';
import net from 'net';
import { Container, HttpGetAction, Probe } from '../kubernetes/objects/pod';
import { ContainerProcess } from './runtime/container-process';
import { sleep } from './sleep';

/** What a probe found. */
export interface Finding {
  healthy: boolean;
  /** Why not, in the kubelet's words. */
  message: string;
}

const HEALTHY: Finding = { healthy: true, message: '' };
const unhealthy = (message: string): Finding => ({ healthy: false, message });

/** A port by its number or its name. @returns undefined when the container has none of that name */
export function portOf(
  container: Container,
  port: number | string,
): number | undefined {
  const number = Number(port);
  if (number) return number;
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}

/** Errors of Node in the words of Go, which people know from kubectl describe. */
function inGo(error: NodeJS.ErrnoException, address: string): string {
  const what = `dial tcp ${address}: connect:`;
  if (error.code === 'ECONNREFUSED') return `${what} connection refused`;
  if (error.code === 'ECONNRESET') {
    return `read tcp ${address}: read: connection reset by peer`;
  }
  return error.message;
}

/** Connects to a port. */
function tcp(host: string, port: number, timeout: number): Promise<Finding> {
  return new Promise(resolve => {
    const socket = net.connect({ host, port, timeout });
    const end = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => end(HEALTHY));
    socket.once('timeout', () =>
      end(unhealthy(`dial tcp ${host}:${port}: i/o timeout`)),
    );
    socket.once('error', error =>
      end(unhealthy(inGo(error, `${host}:${port}`))),
    );
  });
}

/** Asks a path of the pod; from 200 to 399 it is well. Certificates are not looked at, as with the real kubelet. */
export function httpGet(
  container: Container,
  podIP: string,
  wanted: HttpGetAction,
  timeout: number,
): Promise<Finding> {
  const port = portOf(container, wanted.port);
  if (!port) {
    return Promise.resolve(unhealthy(`couldn't find port: ${wanted.port}`));
  }
  const host = wanted.host || podIP;
  const secure = wanted.scheme === 'HTTPS';
  const path = `/${(wanted.path ?? '').replace(/^\//, '')}`;
  const url = `${secure ? 'https' : 'http'}://${host}:${port}${path}`;
  return new Promise(resolve => {
    const request = (secure ? https : http).get(url, {
      agent: false,
      timeout,
      signal: AbortSignal.timeout(timeout),
      rejectUnauthorized: false,
      headers: {
        'user-agent': 'kube-probe/1.34',
        accept: '*/*',
        connection: 'close',
        ...Object.fromEntries(
          (wanted.httpHeaders ?? []).map(({ name, value }) => [name, value]),
        ),
      },
    });
    request.once('response', response => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(
        statusCode >= 200 && statusCode < 400
          ? HEALTHY
          : unhealthy(`HTTP probe failed with statuscode: ${statusCode}`),
      );
    });
    request.once('error', error => {
      const why =
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
          : inGo(error, `${host}:${port}`);
      resolve(unhealthy(`Get "${url}": ${why}`));
    });
  });
}

async function exec(
  process: ContainerProcess,
  command: string[],
  seconds: number,
): Promise<Finding> {
  const { exitCode, output, timedOut } = await process.exec(command, seconds);
  if (timedOut) {
    return unhealthy(
      `command timed out: "${command.join(' ')}" timed out after ${seconds}s`,
    );
  }
  return exitCode === 0 ? HEALTHY : unhealthy(output.trim());
}

/** Asks once. */
export function ask(
  probe: Probe,
  container: Container,
  podIP: string,
  process: ContainerProcess,
): Promise<Finding> {
  const { timeoutSeconds = 1 } = probe;
  const timeout = timeoutSeconds * 1000;
  if (probe.exec) {
    return exec(process, probe.exec.command ?? [], timeoutSeconds);
  }
  if (probe.httpGet) return httpGet(container, podIP, probe.httpGet, timeout);
  if (probe.tcpSocket) {
    const { host = podIP, port } = probe.tcpSocket;
    const number = portOf(container, port);
    return number
      ? tcp(host, number, timeout)
      : Promise.resolve(unhealthy(`couldn't find port: ${port}`));
  }
  return Promise.resolve(unhealthy('the sandbox does not know this probe'));
}

/**
 * Asks again and again until `signal` ends it.
 * @param decided - hears of each change from healthy to not or back, when as many answers in a row say so as the probe wants;
 *   the first is that of a probe which was not healthy before
 * @param failed - hears of each answer that is not healthy
 */
export async function watchProbe(options: {
  probe: Probe;
  once: () => Promise<Finding>;
  signal: AbortSignal;
  decided: (healthy: boolean) => void;
  failed: (message: string) => void;
}): Promise<void> {
  const { probe, once, signal, decided, failed } = options;
  const { initialDelaySeconds = 0, periodSeconds = 10 } = probe;
  const { successThreshold = 1, failureThreshold = 3 } = probe;
  let successes = 0;
  let failures = 0;
  await sleep(initialDelaySeconds * 1000, signal);
  while (!signal.aborted) {
    const { healthy, message } = await once();
    if (signal.aborted) return;
    successes = healthy ? successes + 1 : 0;
    failures = healthy ? 0 : failures + 1;
    if (!healthy) failed(message);
    if (successes >= successThreshold) decided(true);
    else if (failures >= failureThreshold) decided(false);
    await sleep(periodSeconds * 1000, signal);
  }
}
