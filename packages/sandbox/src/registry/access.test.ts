import {
  ARM_TOKEN,
  asToken,
  errorOf,
  registryId,
  RegistryServer,
  sha256,
} from './__testUtils__/registry-server';

const OWNER_NAME = '00000000-0000-0000-0000-000000000000';

describe('access to registries', () => {
  let server: RegistryServer;
  beforeAll(async () => {
    server = new RegistryServer();
    server.apply('acrorders');
    server.apply('acrpublic', {
      anonymous_pull_enabled: true,
      admin_enabled: true,
      admin_username: 'acrpublic',
      admin_password: 'of the admin',
    });
    server.applyToken('acrorders', 'puller', '_repositories_pull');
    server.applyToken('acrorders', 'team', [
      'repositories/team/*/content/read',
      'repositories/team/*/content/write',
      'repositories/team/*/metadata/read',
      'repositories/api/content/read',
    ]);
    server.applyToken('acrorders', 'off', '_repositories_admin', {
      enabled: false,
    });
    await server.start();
    await server.pushImage('acrorders/api', '1');
    await server.pushImage('acrorders/team/web', '1');
    await server.pushImage('acrpublic/api', '1');
  });
  afterAll(() => server.remove());

  const status = async (
    method: string,
    url: string,
    authorization: string,
  ): Promise<number> =>
    (await server.call(method, url, { authorization })).status;
  const manifest = (repository: string) => `/v2/${repository}/manifests/1`;
  const uploads = (repository: string) => `/v2/${repository}/blobs/uploads/`;
  const token = async (scope: string, authorization = '') => {
    const answer = await server.call(
      'GET',
      `/oauth2/token?service=${server.host}&scope=${scope}`,
      { authorization },
    );
    return `Bearer ${(await answer.json()).access_token}`;
  };
  const post = (path: string, fields: Record<string, string>) =>
    server.call('POST', path, {
      authorization: '',
      body: new URLSearchParams({ service: server.host, ...fields }),
    });

  it('tells who has not signed in where to get a token, and for what', async () => {
    const challenge = async (method: string, url: string) =>
      (await server.call(method, url, { authorization: '' })).headers.get(
        'www-authenticate',
      );
    const realm = `Bearer realm="${server.url}/oauth2/token",service="${server.host}"`;
    expect(await challenge('GET', '/v2/')).toBe(realm);
    expect(await challenge('GET', manifest('acrorders/api'))).toBe(
      `${realm},scope="repository:acrorders/api:pull"`,
    );
    expect(await challenge('POST', uploads('acrorders/api'))).toBe(
      `${realm},scope="repository:acrorders/api:pull,push"`,
    );
    expect(await challenge('GET', '/v2/acrorders/api/tags/list')).toBe(
      `${realm},scope="repository:acrorders/api:metadata_read"`,
    );
    expect(await challenge('GET', '/v2/_catalog')).toBe(
      `${realm},scope="registry:catalog:*"`,
    );
  });

  it('signs in with a token of Resource Manager, as Azure does', async () => {
    const exchange = await post('/oauth2/exchange', {
      grant_type: 'access_token',
      access_token: ARM_TOKEN,
    });
    const { refresh_token: refreshToken } = await exchange.json();
    const answer = await post('/oauth2/token', {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      scope: 'repository:acrorders/new:pull,push',
    });
    const bearer = `Bearer ${(await answer.json()).access_token}`;
    expect(await status('POST', uploads('acrorders/new'), bearer)).toBe(202);
    // It is good for what it was asked for, and the answer says what else to ask for.
    const other = await server.call('POST', uploads('acrorders/other'), {
      authorization: bearer,
    });
    expect(other.status).toBe(401);
    expect(other.headers.get('www-authenticate')).toMatch(
      /scope="repository:acrorders\/other:pull,push",error="insufficient_scope"$/,
    );

    await server.restart();
    const later = await post('/oauth2/token', {
      grant_type: 'password',
      username: OWNER_NAME,
      password: refreshToken,
      scope: 'registry:catalog:*',
    });
    expect(
      await status(
        'GET',
        '/v2/_catalog',
        `Bearer ${(await later.json()).access_token}`,
      ),
    ).toBe(200);
  });

  it('knows a registry’s admin user, for that registry alone', async () => {
    const admin = `Basic ${Buffer.from('acrpublic:of the admin').toString(
      'base64',
    )}`;
    expect(await status('POST', uploads('acrpublic/api'), admin)).toBe(202);
    expect(await status('GET', manifest('acrorders/api'), admin)).toBe(403);
    server.apply('acrpublic', { anonymous_pull_enabled: true });
    expect(await status('GET', '/v2/', admin)).toBe(401);
  });

  it.each([
    ['no password', 'puller:'],
    ['a wrong one', 'puller:wrong'],
    ['one that has ended', 'puller:ended of puller'],
    ['a token that is switched off', 'off:password of off'],
    ['nobody', 'nobody:x'],
    ['a wrong refresh token', `${OWNER_NAME}:x`],
  ])('refuses %s', async (_what, credentials) => {
    const authorization = `Basic ${Buffer.from(credentials).toString(
      'base64',
    )}`;
    const answer = await server.call(
      'GET',
      '/oauth2/token?scope=repository:acrorders/api:pull',
      { authorization },
    );
    expect(await errorOf(answer)).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
    });
    expect(await status('GET', '/v2/', authorization)).toBe(401);
  });

  it('refuses tokens that are forged, of another kind, or exchanged for nothing', async () => {
    const [header, , signature] = (await token('', asToken('puller'))).split(
      '.',
    );
    const claims = Buffer.from(
      JSON.stringify({ kind: 'access', sub: 'owner', exp: 9999999999 }),
    ).toString('base64url');
    for (const forged of [`${header}.${claims}.${signature}`, 'Bearer x']) {
      expect(await status('GET', '/v2/', forged)).toBe(401);
    }
    expect(
      (await post('/oauth2/exchange', { grant_type: 'access_token' })).status,
    ).toBe(401);
    expect(
      await errorOf(await post('/oauth2/token', { grant_type: 'magic' })),
    ).toMatchObject({ status: 400, code: 'UNSUPPORTED' });
  });

  it('lets a token do what its scope map says', async () => {
    const puller = asToken('puller');
    const team = asToken('team');
    const tags = (repository: string) => `/v2/${repository}/tags/list`;
    const asked: [string, string, string, number][] = [
      ['GET', manifest('acrorders/api'), puller, 200],
      ['GET', manifest('acrorders/team/web'), puller, 200],
      ['POST', uploads('acrorders/api'), puller, 403],
      ['GET', tags('acrorders/api'), puller, 403],
      ['DELETE', manifest('acrorders/api'), puller, 403],
      ['GET', manifest('acrorders/api'), team, 200],
      ['POST', uploads('acrorders/api'), team, 403],
      ['POST', uploads('acrorders/team/new'), team, 202],
      ['GET', tags('acrorders/team/web'), team, 200],
      ['DELETE', manifest('acrorders/team/web'), team, 403],
      ['POST', uploads('acrorders/teams'), team, 403],
      ['POST', uploads('acrpublic/team/new'), team, 403],
      ['GET', manifest('acrnone/api'), team, 403],
    ];
    for (const [method, url, who, expected] of asked) {
      expect([url, await status(method, url, who)]).toEqual([url, expected]);
    }
    const catalog = await server.call('GET', '/v2/_catalog', {
      authorization: team,
    });
    expect(await catalog.json()).toEqual({
      repositories: ['acrorders/team/web', 'acrpublic/api'],
    });
    // A mount takes nothing from where the visitor may not pull.
    const layer = sha256('a layer');
    const mount = (from: string) =>
      server.call(
        'POST',
        `${uploads('acrorders/team/new')}?mount=${layer}&from=${from}`,
        { authorization: team },
      );
    expect((await mount('acrorders/api')).status).toBe(201);
    await server.pushImage('acrorders/secret', '1');
    expect((await mount('acrorders/secret')).status).toBe(202);
  });

  it('gives of a wish what may be had, and says denied where nothing helps', async () => {
    const bearer = await token(
      'repository:acrorders/api:pull,push',
      asToken('puller'),
    );
    expect(await status('GET', manifest('acrorders/api'), bearer)).toBe(200);
    const answer = await server.call('POST', uploads('acrorders/api'), {
      authorization: bearer,
    });
    expect(await errorOf(answer)).toMatchObject({
      status: 403,
      code: 'DENIED',
      message: expect.stringContaining('push in acrorders/api'),
    });
  });

  it('takes a right away at once', async () => {
    const bearer = await token(
      'repository:acrorders/team/web:pull',
      asToken('team'),
    );
    const url = manifest('acrorders/team/web');
    expect(await status('GET', url, bearer)).toBe(200);
    server.applyToken('acrorders', 'team', ['repositories/api/content/read']);
    expect(await status('GET', url, bearer)).toBe(403);
    server.resources.delete(`${registryId('acrorders')}/tokens/team`);
    expect(await status('GET', '/v2/', asToken('team'))).toBe(401);
  });

  it('lets everybody pull from a registry that is public, and no more', async () => {
    const bearer = await token('repository:acrpublic/api:pull,push');
    expect(await status('GET', manifest('acrpublic/api'), bearer)).toBe(200);
    expect(await status('GET', manifest('acrpublic/api'), '')).toBe(200);
    expect(await status('POST', uploads('acrpublic/api'), bearer)).toBe(401);
    expect(await status('GET', manifest('acrorders/api'), bearer)).toBe(401);
  });
});
