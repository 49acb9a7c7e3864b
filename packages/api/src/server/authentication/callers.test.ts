import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { once } from 'node:events';
import { IncomingMessage, Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NewApiKey, createApiKey, revokeApiKey } from '../../apiKeys/apiKeys';
import { query } from '../../database/database';
import { TestDatabase, createTestDatabase } from '../../testing';
import { Callers } from './callers';
import { Issuer, issuerSchema } from './issuers';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let issuerServer: Server;
let url: string;
let keys: CryptoKeyPair;
let jwksRequests: number;
let broken: boolean;

beforeAll(async () => {
  test = await createTestDatabase();
  keys = await generateKeyPair('RS256');
  const jwk = {
    ...(await exportJWK(keys.publicKey)),
    kid: 'one',
    alg: 'RS256',
  };
  issuerServer = createServer((request, response) => {
    if (broken) {
      response.writeHead(500).end();
    } else if (request.url?.endsWith('openid-configuration')) {
      response.end(JSON.stringify({ jwks_uri: `${url}/jwks` }));
    } else {
      jwksRequests += 1;
      response.end(JSON.stringify({ keys: [jwk] }));
    }
  }).listen(0, '127.0.0.1');
  await once(issuerServer, 'listening');
  url = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
});

beforeEach(() => {
  broken = false;
  jwksRequests = 0;
});

afterAll(async () => {
  issuerServer.close();
  await test.drop();
});

const issuers = (): Issuer[] =>
  [
    {
      kind: 'backstage',
      issuer: `${url}/portal`,
      jwks: `${url}/jwks`,
      audience: 'backstage',
      roles: { 'group:default/platform': 'operator' },
    },
    {
      kind: 'entra',
      issuer: `${url}/entra`,
      audience: 'api://moorline',
      userClaim: 'preferred_username',
      groups: { 'id-1': 'group:default/team-orders' },
      roles: { 'Moorline.Member': 'member' },
    },
    {
      kind: 'azure-pipelines',
      issuer: `${url}/pipelines`,
      audience: 'api://AzureADTokenExchange',
      project: 'moorline/environments-platform',
    },
  ].map(issuer => issuerSchema.parse(issuer));

const sign = (
  who: 'portal' | 'entra' | 'pipelines',
  claims: Record<string, unknown>,
  change: { key?: CryptoKey; expires?: string | number } = {},
) => {
  const audience = {
    portal: 'backstage',
    entra: 'api://moorline',
    pipelines: 'api://AzureADTokenExchange',
  }[who];
  return new SignJWT({ iss: `${url}/${who}`, aud: audience, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setExpirationTime(change.expires ?? '1h')
    .sign(change.key ?? keys.privateKey);
};

const requestWith = (authorization?: string) =>
  ({ headers: { authorization } } as IncomingMessage);

const identify = (token: string, callers = new Callers(test.db, issuers())) =>
  callers.identify(requestWith(`Bearer ${token}`));

describe('tokens', () => {
  it('of the portal stand for its users', async () => {
    const sub = 'user:default/ada';
    const token = await sign('portal', {
      sub,
      ent: [sub, 'group:default/team-orders'],
    });
    expect(await identify(token)).toEqual({
      ref: sub,
      groups: ['group:default/team-orders'],
      role: 'member',
    });
    const chief = await sign('portal', {
      sub,
      ent: ['group:default/platform'],
    });
    expect(await identify(chief)).toMatchObject({ role: 'operator' });
  });

  it('of Entra stand for people and applications', async () => {
    const person = await sign('entra', {
      sub: 'x',
      preferred_username: 'Ada@example.org',
      groups: ['id-1', 'id-unknown'],
      roles: ['Moorline.Member', 'toString'],
    });
    expect(await identify(person)).toEqual({
      ref: 'user:default/ada',
      groups: ['group:default/team-orders'],
      role: 'member',
    });
    const app = await sign('entra', { sub: 'x', idtyp: 'app', azp: 'app-id' });
    expect(await identify(app)).toEqual({
      ref: 'service:default/app-id',
      groups: [],
      role: 'reader',
    });
  });

  it('of Azure Pipelines stand for the pipelines of one project', async () => {
    const sub = 'p://moorline/environments-platform/environment-orders-dev';
    expect(await identify(await sign('pipelines', { sub }))).toMatchObject({
      role: 'pipeline',
      environment: 'orders-dev',
    });
    for (const other of [
      'p://moorline/other-project/environment-orders-dev',
      'sc://moorline/environments-platform/moorline-plan',
    ]) {
      await expect(
        identify(await sign('pipelines', { sub: other })),
      ).rejects.toThrow(/subject/);
    }
  });

  it('are refused when anything about them is wrong', async () => {
    const sub = 'user:default/ada';
    const stranger = await generateKeyPair('RS256');
    const part = (value: unknown) =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 600;
    const claims = { iss: `${url}/portal`, aud: 'backstage', sub, exp };
    const publicKey = await exportJWK(keys.publicKey);
    const hmac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(Buffer.from(publicKey.n!, 'base64url'));
    const good = await sign('portal', { sub });
    const cases: [string, RegExp][] = [
      [await sign('portal', { sub }, { expires: 1 }), /has expired/],
      [await sign('portal', { sub, aud: 'other' }), /"aud" is not right/],
      [await sign('portal', {}), /"sub" is not right/],
      [await sign('portal', { sub: 'group:default/x' }), /subject/],
      [
        await sign('portal', { sub, iss: 'https://evil.org' }),
        /not configured/,
      ],
      [await sign('portal', { sub }, { key: stranger.privateKey }), /signed/],
      [`${part({ alg: 'none' })}.${part(claims)}.`, /signed/],
      [hmac, /signed/],
      [`${good.slice(0, -8)}AAAAAAAA`, /signed/],
      [`${good.split('.')[0]}.${part({ ...claims, sub: 'x' })}.x`, /signed/],
      ['nonsense', /no JWT/],
      ['a.b.c', /no JWT/],
      ['x'.repeat(20_000), /form/],
    ];
    for (const [token, why] of cases) {
      const error = await identify(token).catch(e => e);
      expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
      expect(error.message).toMatch(why);
      expect(error.message).not.toContain(token);
    }
    const callers = new Callers(test.db, issuers());
    for (const header of [
      undefined,
      '',
      'Basic YTpi',
      'Bearer',
      'Bearer a b',
    ]) {
      await expect(callers.identify(requestWith(header))).rejects.toMatchObject(
        {
          code: 'UNAUTHORIZED',
        },
      );
    }
  });

  it('cost one look at the keys', async () => {
    const callers = new Callers(test.db, issuers());
    const token = await sign('portal', { sub: 'user:default/ada' });
    for (let i = 0; i < 5; i += 1) await identify(token, callers);
    await identify(await sign('portal', { sub: 'user:default/bob' }), callers);
    expect(jwksRequests).toBe(1);
  });

  it('wait for an issuer that is down, and are checked once it is back', async () => {
    const callers = new Callers(test.db, issuers());
    const tokens = [
      await sign('portal', { sub: 'user:default/ada' }),
      await sign('entra', { sub: 'x', idtyp: 'app', azp: 'app' }),
    ];
    broken = true;
    for (const token of tokens) {
      await expect(identify(token, callers)).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
      });
    }
    broken = false;
    for (const token of tokens) await identify(token, callers);
  });
});

describe('API keys', () => {
  const wish = (change: Partial<NewApiKey> = {}): NewApiKey => ({
    name: 'release-pipeline',
    role: 'pipeline',
    groups: ['group:default/team-orders'],
    scopes: ['runs.*'],
    expiresAt: new Date(Date.now() + 60_000),
    ...change,
  });

  it('stand for a machine, and only their hash is kept', async () => {
    const { key, record } = await createApiKey(test.db, wish(), 'user:a/b');
    expect(record).toMatchObject({ createdBy: 'user:a/b', scopes: ['runs.*'] });
    expect(record).not.toHaveProperty('hash');
    expect(await identify(key)).toEqual({
      ref: 'key:release-pipeline',
      role: 'pipeline',
      groups: ['group:default/team-orders'],
      scopes: ['runs.*'],
    });
    const [row] = await query(test.db, 'SELECT * FROM api_keys WHERE id = $1', [
      record.id,
    ]);
    expect(row.last_used_at).toBeInstanceOf(Date);
    expect(JSON.stringify(row)).not.toContain(key.slice(-20));
    const text = JSON.stringify(row).concat(String(row.hash));
    expect(text).not.toContain(Buffer.from(key).toString('hex'));
  });

  it('are refused when wrong, expired or revoked', async () => {
    const { key, record } = await createApiKey(test.db, wish(), 'x');
    const callers = new Callers(test.db, []);
    await identify(key, callers);
    const expiresAt = new Date(Date.now() - 1_000);
    const expired = await createApiKey(test.db, wish({ expiresAt }), 'x');
    for (const wrong of [
      expired.key,
      `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
      'mlk_0000000000000000_'.padEnd(64, 'x'),
      'mlk_',
      "mlk_' OR 1=1 --",
    ]) {
      const header = requestWith(`Bearer ${wrong}`);
      await expect(callers.identify(header)).rejects.toMatchObject({
        code: 'UNAUTHORIZED',
      });
    }
    await revokeApiKey(test.db, record.id, 'x');
    await expect(identify(key)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    // Believed for a moment by those who have just checked it.
    await identify(key, callers);
    jest.useFakeTimers({
      now: Date.now() + 31_000,
      doNotFake: [
        'nextTick',
        'setImmediate',
        'setTimeout',
        'clearTimeout',
        'performance',
      ],
    });
    await expect(identify(key, callers)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    jest.useRealTimers();
  });
});
