import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { loadConfigSchema } from '@backstage/config-loader';
import authPlugin from '@backstage/plugin-auth-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import signIn from './signIn';

const guest = { dangerouslyAllowOutsideDevelopment: true };
const microsoft = {
  production: {
    clientId: 'portal',
    clientSecret: 'not for the browser',
    tenantId: 'tenant',
    signIn: { resolvers: [{ resolver: 'userIdMatchingUserEntityAnnotation' }] },
  },
};

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});

afterEach(() => database.drop());

async function start(providers: object) {
  const backend = await startTestBackend({
    features: [
      authPlugin,
      signIn,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'https://portal.example.com' },
          backend: {
            baseUrl: 'https://portal.example.com',
            database: {
              client: 'pg',
              pluginDivisionMode: 'schema',
              connection: database.url,
            },
          },
          auth: { environment: 'production', providers },
        },
      }),
    ],
  });
  const get = (path: string) =>
    fetch(`http://localhost:${backend.server.port()}/api/auth/${path}`, {
      redirect: 'manual',
      headers: { 'x-requested-with': 'XMLHttpRequest' },
    });
  return {
    guest: () => get('guest/refresh'),
    microsoft: () => get('microsoft/start?env=production'),
    stop: () => backend.stop(),
  };
}

describe('signIn', () => {
  it('lets the guest in where the guest is configured, and knows nobody else', async () => {
    const portal = await start({ guest });
    expect((await portal.guest()).status).toBe(200);
    expect((await portal.microsoft()).status).toBe(404);
    await portal.stop();
  });

  it('refuses the guest in production, where Microsoft is configured and the guest taken away', async () => {
    // `guest: null`, as the chart writes it over the image's own configuration.
    const portal = await start({ guest: null, microsoft });
    expect((await portal.guest()).status).toBe(404);
    const answer = await portal.microsoft();
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toMatch(
      'https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize?',
    );
    await portal.stop();
  });

  it('refuses a guest that is not allowed outside development', async () => {
    const portal = await start({ guest: {} });
    expect((await portal.guest()).status).toBe(403);
    await portal.stop();
  });

  it('tells the browser which ways there are, and nothing about them', async () => {
    const schema = await loadConfigSchema({ dependencies: ['app'] });
    const [{ data }] = schema.process(
      [
        {
          context: 'test',
          data: { auth: { providers: { guest, microsoft } } },
        },
      ],
      { visibility: ['frontend'], ignoreSchemaErrors: true },
    );
    expect(data).toEqual({ auth: { providers: { guest: {}, microsoft: {} } } });
  });
});
