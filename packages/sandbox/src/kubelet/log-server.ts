import type { RequestListener } from 'http';
import { ApiError } from '../kubernetes/api/errors';
import { sendPodLog } from '../kubernetes/api/podLogs';
import type { Kubelet } from './kubelet';

const LOGS = /^\/containerLogs\/([^/]+)\/([^/]+)\/([^/]+)$/;

/** Serves containers' logs to a real API server, which asks the kubelet of a pod's node for them. */
export function logServer(kubelet: Kubelet): RequestListener {
  return (request, response) => {
    const refuse = (status: number, message: string) =>
      response
        .writeHead(status, { 'content-type': 'text/plain' })
        .end(`${message}\n`);
    const { pathname, searchParams } = new URL(
      request.url ?? '',
      'https://localhost',
    );
    const [, namespace, name, container] = LOGS.exec(pathname) ?? [];
    if (!container || request.method !== 'GET') {
      refuse(404, 'this kubelet serves GET /containerLogs/… only');
      return;
    }
    const pod = kubelet.pod(namespace, name);
    if (!pod) {
      refuse(404, `pod "${name}" is not here`);
      return;
    }
    searchParams.set('container', container);
    try {
      sendPodLog(pod, searchParams, response, kubelet, kubelet.watch(pod));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(error.code, error.message);
    }
  };
}
