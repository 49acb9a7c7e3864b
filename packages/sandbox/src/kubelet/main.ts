/* eslint-disable no-console */
import { KubeConfig } from '@kubernetes/client-node';
import { readFileSync } from 'fs';
import type { RequestOptions } from 'https';
import path from 'path';
import { parseArgs } from 'util';
import { ensureServerIdentity } from '../certificate-authority';
import { listenHttps } from '../http';
import { ClusterNetwork, HttpGateway, sharedAddress } from '../network';
import { ApiAccess, ApiClient } from './api/api-client';
import { ImageStore } from './images';
import { Kubelet } from './kubelet';
import { logServer } from './log-server';
import { NodeRegistration } from './node-registration';
import { PublicImages } from './public-images';
import { whyNoContainers } from './runtime/isolation';

const USAGE = `This machine as a node of any Kubernetes cluster: its pods are processes (Linux).

  --kubeconfig FILE    how to reach the cluster; its current context counts (required)
  --data DIR           folder that keeps images, logs and volumes (required)
  --node NAME          the node's name (default moorline)
  --client-ca FILE     CA of the certificate that the API server shows kubelets (--kubelet-client-certificate);
                       left out: kubectl logs does not work
  --gateway-port PORT  port on the loopback interface for HTTPRoutes (default 7080)
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        kubeconfig: { type: 'string' },
        data: { type: 'string' },
        node: { type: 'string', default: 'moorline' },
        'client-ca': { type: 'string' },
        'gateway-port': { type: 'string', default: '7080' },
      },
    });
    const { kubeconfig, data } = values;
    if (!kubeconfig) throw new Error('--kubeconfig is missing: name a file');
    if (!data) throw new Error('--data is missing: name a folder');
    return { ...values, kubeconfig, data: path.resolve(data) };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(2);
  }
}

async function accessOf(file: string): Promise<ApiAccess> {
  const config = new KubeConfig();
  config.loadFromFile(file);
  const server = config.getCurrentCluster()?.server;
  if (!server) {
    throw new Error(`${file}: current-context names no cluster`);
  }
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const text = (value: unknown) => (value ? String(value) : undefined);
  const { Authorization = '' } = (options.headers ?? {}) as {
    Authorization?: string;
  };
  return {
    server: server.replace(/\/$/, ''),
    token: Authorization.replace(/^Bearer /, '') || undefined,
    ca: text(options.ca),
    cert: text(options.cert),
    key: text(options.key),
  };
}

async function main(): Promise<void> {
  const { kubeconfig, data, node, ...options } = readOptions();
  const why = whyNoContainers();
  if (why) throw new Error(`pods cannot run on this machine: ${why}`);
  const known = await accessOf(kubeconfig);
  const access = () => known;
  const onError = (what: string, error: unknown) =>
    console.error(`kubelet: ${what}:`, error);

  const gateway = new HttpGateway();
  await gateway.listen(Number(options['gateway-port']));
  const images = new PublicImages(path.join(data, 'layers'));
  const kubelet = new Kubelet({
    access,
    node,
    toldAddress: sharedAddress,
    folder: path.join(data, 'node'),
    store: new ImageStore(path.join(data, 'images')),
    source: async name => {
      const image = await images.find(name);
      return image && { image };
    },
    network: new ClusterNetwork({ access, gateway, onError }),
    onError,
  });
  const clientCa = options['client-ca'];
  const identity = await ensureServerIdentity({
    folder: path.join(data, 'ca'),
  });
  const logs =
    clientCa &&
    (await listenHttps({
      ...identity,
      port: 0,
      clientAuthority: readFileSync(clientCa, 'utf8'),
      handler: logServer(kubelet),
    }));
  const api = new ApiClient(access);
  const port = logs ? logs.port : undefined;
  const registration = new NodeRegistration({ api, name: node, port, onError });
  await registration.start();
  await kubelet.start();
  console.log(`node ${node} ready, routes at http://localhost:${gateway.port}`);

  const end = async () => {
    registration.stop();
    await kubelet.stop(false);
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

main().catch(error => {
  console.error(`kubelet cannot start: ${(error as Error).message}`);
  process.exit(1);
});
