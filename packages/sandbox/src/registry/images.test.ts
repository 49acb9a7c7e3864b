import {
  registryId,
  RegistryServer,
  sha256,
} from './__testUtils__/registry-server';
import { OCI_INDEX, OCI_MANIFEST } from './layout/manifest';

describe('an image that a node pulls', () => {
  let server: RegistryServer;
  let digest: string;
  beforeAll(async () => {
    server = new RegistryServer();
    server.apply('acrOrders');
    await server.start();
    digest = await server.pushImage('acrorders/team/api', '1.0', {
      config: { User: '65532', Entrypoint: ['node'] },
    });
  });
  afterAll(() => server.remove());
  const find = (name: string) => server.registries.image(name);

  it('is found by tag and digest, at the login server and at this machine’s address', () => {
    for (const place of ['acrorders.azurecr.io', `${server.host}/acrorders`]) {
      for (const version of [':1.0', `@${digest}`, `:gone@${digest}`]) {
        expect(find(`${place}/team/api${version}`)?.image).toMatchObject({
          name: `${place}/team/api@${digest}`,
          digest,
          config: { config: { User: '65532', Entrypoint: ['node'] } },
          layers: [{ digest: sha256('a layer'), file: expect.any(String) }],
        });
      }
    }
  });

  it('is the one for this machine, of several', async () => {
    const child = (architecture: string, of: string, size: number) => ({
      mediaType: OCI_MANIFEST,
      digest: of,
      size,
      platform: { os: 'linux', architecture },
    });
    const answer = await server.call(
      'GET',
      `/v2/acrorders/team/api/manifests/${digest}`,
    );
    const size = (await answer.text()).length;
    const index = {
      schemaVersion: 2,
      manifests: [
        child('riscv64', digest, size),
        child('amd64', digest, size),
        child('arm64', digest, size),
      ],
    };
    const R = 'acrorders/team/api';
    await server.putManifest(R, 'many', index, OCI_INDEX);
    expect(find(`${server.host}/${R}:many`)?.image?.config.os).toBe('linux');
    const none = { schemaVersion: 2, manifests: [] };
    await server.putManifest(R, 'none', none, OCI_INDEX);
    expect(find(`${server.host}/${R}:none`)?.failure).toMatch(/no match/);
  });

  it('is missing in containerd’s words', () => {
    const failed = (name: string) =>
      `failed to pull and unpack image "${name}": failed to resolve reference "${name}": `;
    const gone = 'acrorders.azurecr.io/team/api:2.0';
    expect(find(gone)?.failure).toBe(`${failed(gone)}${gone}: not found`);
    const empty = 'acrorders.azurecr.io/nothing:1';
    expect(find(empty)?.failure).toBe(`${failed(empty)}${empty}: not found`);
    const none = 'acrnone.azurecr.io/api:1';
    expect(find(none)?.failure).toBe(
      `${failed(
        none,
      )}failed to do request: Head "https://acrnone.azurecr.io/v2/api/manifests/1": dial tcp: lookup acrnone.azurecr.io: no such host`,
    );
    const outside = 'acrorders.azurecr.io/../../x:1';
    expect(find(outside)?.failure).toBeDefined();
  });

  it('is for nodes whose identity has a role for it', () => {
    const name = 'acrorders.azurecr.io/team/api:1.0';
    const pull = () => server.registries.image(name, 'the-kubelet');
    expect(pull()?.failure).toMatch(
      /failed to authorize: .*scope=repository%3Ateam%2Fapi%3Apull&service=acrorders\.azurecr\.io: 401 Unauthorized$/,
    );
    const assign = (role: string, scope: string) =>
      server.resources.put({
        type: 'azurerm_role_assignment',
        id: 'an-assignment',
        values: {
          principal_id: 'the-kubelet',
          role_definition_name: role,
          scope,
        },
      });
    assign('AcrDelete', registryId('acrOrders'));
    expect(pull()?.image).toBeUndefined();
    assign('AcrPull', `${registryId('acrOrders')}2`);
    expect(pull()?.image).toBeUndefined();
    assign('AcrPull', registryId('acrOrders'));
    expect(pull()?.image?.digest).toBe(digest);
    assign('AcrPull', '/subscriptions/s/resourceGroups/RG');
    expect(pull()?.image?.digest).toBe(digest);
  });

  it('is somebody else’s matter at other places', () => {
    expect(find('docker.io/library/busybox:1.37')).toBeUndefined();
    expect(find('ghcr.io/moorline/trpc-api:0.1.0')).toBeUndefined();
    expect(find('localhost:1/acrorders/team/api:1.0')).toBeUndefined();
    expect(find('busybox')).toBeUndefined();
  });
});
