import { parse } from 'yaml';
import { Sandbox, startSandbox } from '../sandbox';
import { trustAuthority } from '../trust';
import { sha256 } from './__testUtils__/registry-server';
import { OCI_MANIFEST } from './layout/manifest';

jest.setTimeout(60_000);

interface PodStatus {
  containerStatuses?: {
    imageID: string;
    state: Record<string, { reason?: string; message?: string }>;
  }[];
}

describe('a cluster and the registry beside it', () => {
  let sandbox: Sandbox;
  let group: string;
  let api: { server: string; token: string };

  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    trustAuthority(sandbox.caFile);
    group = `/subscriptions/${sandbox.subscriptionId}/resourceGroups/rg-orders`;
    const inGroup = { resource_group_name: 'rg-orders' };
    sandbox.resources.put({
      type: 'azurerm_container_registry',
      id: `${group}/providers/Microsoft.ContainerRegistry/registries/acrorders`,
      values: { ...inGroup, name: 'acrorders', sku: 'Standard' },
    });
    sandbox.resources.put({
      type: 'azurerm_kubernetes_cluster',
      id: `${group}/providers/Microsoft.ContainerService/managedClusters/aks-orders`,
      values: {
        ...inGroup,
        name: 'aks-orders',
        location: 'westeurope',
        default_node_pool: [{ name: 'system', node_count: 1 }],
        kubelet_identity: [{ object_id: 'the-kubelet' }],
      },
    });
    const config = parse(
      sandbox.clusters.kubeconfig('rg-orders', 'aks-orders') ?? '',
    );
    api = {
      server: config.clusters[0].cluster.server,
      token: config.users[0].user.token,
    };
  });
  afterAll(() => sandbox.stop());

  const push = async (path: string, body: string, mediaType: string) => {
    const { status } = await fetch(`${sandbox.url}/v2/acrorders/api/${path}`, {
      method: path.startsWith('manifests/') ? 'PUT' : 'POST',
      body,
      headers: {
        'content-type': mediaType,
        authorization: `Basic ${Buffer.from(
          `00000000-0000-0000-0000-000000000000:${sandbox.armToken}`,
        ).toString('base64')}`,
      },
    });
    expect(status).toBe(201);
  };
  const pods = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await fetch(
      `${api.server}/api/v1/namespaces/default/pods${path}`,
      {
        method: body ? 'POST' : 'GET',
        body: body && JSON.stringify(body),
        headers: {
          authorization: `Bearer ${api.token}`,
          'content-type': 'application/json',
        },
      },
    );
    return answer.json() as T;
  };
  const run = (name: string, image: string) =>
    pods('', {
      metadata: { name },
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [{ name: 'api', image }],
      },
    });
  /** Waits until the container is in a state. @returns what is said of the state, and the image's id */
  const reaches = async (name: string, wanted: string) => {
    for (;;) {
      const { status } = await pods<{ status: PodStatus }>(`/${name}`);
      const [container] = status.containerStatuses ?? [];
      const [[state, { reason = state, message = '' }] = ['', {}]] =
        Object.entries(container?.state ?? {});
      if (reason === wanted) return { message, imageID: container.imageID };
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };

  it('pulls what was pushed, once it may, and says what is wrong until then', async () => {
    const image = 'acrorders.azurecr.io/api:1.0';
    await run('early', image);
    expect((await reaches('early', 'ImagePullBackOff')).message).toMatch(
      /^Back-off pulling image "acrorders\.azurecr\.io\/api:1\.0": ErrImagePull: failed to pull and unpack image .*: 401 Unauthorized$/,
    );
    sandbox.resources.put({
      type: 'azurerm_role_assignment',
      id: 'nodes-pull',
      values: {
        principal_id: 'the-kubelet',
        role_definition_name: 'AcrPull',
        scope: group,
      },
    });
    await run('missing', image);
    expect((await reaches('missing', 'ImagePullBackOff')).message).toContain(
      `${image}: not found`,
    );

    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { User: '65532:65532' },
    });
    await push(
      `blobs/uploads/?digest=${sha256(config)}`,
      config,
      'application/octet-stream',
    );
    const manifest = JSON.stringify({
      schemaVersion: 2,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: sha256(config),
        size: config.length,
      },
      layers: [],
    });
    await push('manifests/1.0', manifest, OCI_MANIFEST);

    const byDigest = `acrorders.azurecr.io/api@${sha256(manifest)}`;
    await run('by-tag', image);
    await run('by-digest', byDigest);
    await run(
      'here',
      `localhost:${new URL(sandbox.url).port}/acrorders/api:1.0`,
    );
    for (const name of ['by-tag', 'by-digest', 'here']) {
      const { imageID } = await reaches(name, 'running');
      expect(imageID).toMatch(new RegExp(`/api@${sha256(manifest)}$`));
    }
    // The kubelet tries again by itself.
    await reaches('missing', 'running');
    await run('other', `acrorders.azurecr.io/api@${sha256('other')}`);
    await reaches('other', 'ImagePullBackOff');
  });
});
