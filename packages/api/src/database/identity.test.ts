import { Client } from 'pg';
import { withIdentity } from './identity';

const POD = { AZURE_FEDERATED_TOKEN_FILE: '/var/run/secrets/token' };

describe('withIdentity', () => {
  it('signs in by identity where nothing has a password', () => {
    for (const settings of [
      { connectionString: 'postgres://id-orders@db:5433/orders', max: 5 },
      { user: 'id-orders', host: 'db', port: 5433, database: 'orders', max: 5 },
    ]) {
      const chosen = withIdentity(settings, POD);
      expect(chosen.max).toBe(5);
      expect(new Client(chosen)).toMatchObject({
        user: 'id-orders',
        host: 'db',
        port: 5433,
        database: 'orders',
        password: expect.any(Function),
      });
    }
  });

  it('leaves the rest of an address to the environment', () => {
    const settings = { connectionString: 'postgres:///' };
    const { host, database, password } = withIdentity(settings, POD);
    expect(host || database).toBeFalsy();
    expect(password).toEqual(expect.any(Function));
  });

  it.each([
    [{ connectionString: 'postgres://api:secret@db/orders' }, POD],
    [{ user: 'api', password: 'secret' }, POD],
    [{ connectionString: 'postgres:///' }, { ...POD, PGPASSWORD: 'secret' }],
    [{ connectionString: 'postgres://api@db/orders' }, {}],
  ])('changes nothing of %j with %j', (settings, env) => {
    expect(withIdentity(settings, env)).toEqual(settings);
  });
});
