// x509's decorators need the metadata polyfill before anything of it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'fs';
import path from 'path';
import { gunzipSync } from 'zlib';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import { Client } from 'pg';
import { PASSWORD, PostgresContainer } from './__testUtils__/postgres';

jest.setTimeout(120_000);

async function writeCertificate(folder: string): Promise<void> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: 'CN=postgres', keys, signingAlgorithm: algorithm },
    webcrypto as Crypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'tls.crt'), certificate.toString('pem'));
  // As a Secret's file in a pod: readable by the group.
  writeFileSync(
    path.join(folder, 'tls.key'),
    PemConverter.encode(key, 'PRIVATE KEY'),
    { mode: 0o440 },
  );
}

describe('the image postgres', () => {
  let postgres: PostgresContainer;
  beforeEach(async () => {
    postgres = await PostgresContainer.create();
  });
  afterEach(() => postgres.container.remove());

  const sql = async (text: string, user?: string, password?: string) => {
    const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE } =
      postgres.clientVariables(user, password);
    const client = new Client({
      host: PGHOST,
      port: Number(PGPORT),
      user: PGUSER,
      password: PGPASSWORD,
      database: PGDATABASE,
    });
    await client.connect();
    try {
      const { rows } = await client.query(text);
      return rows.map(row => Object.values(row).join(' '));
    } finally {
      await client.end();
    }
  };

  it('makes a server with SCRAM and init scripts, and databases whose roles see only their own', async () => {
    const { container } = postgres;
    const init = path.join(container.folder, 'init');
    mkdirSync(init);
    writeFileSync(
      path.join(init, '1.sql'),
      'CREATE TABLE made (n integer); INSERT INTO made VALUES (1);',
    );
    writeFileSync(
      path.join(init, '2.sh'),
      'test "$PGUSER" = postgres; test -S "$PGHOST/.s.PGSQL.$PGPORT"',
    );
    const server = await postgres.start({
      POSTGRES_INITDB_ARGS: '--data-checksums',
    });
    expect(await sql('SELECT n FROM made')).toEqual(['1']);
    expect(
      await sql(
        `SELECT setting FROM pg_settings WHERE name IN ('data_checksums', 'password_encryption') ORDER BY name`,
      ),
    ).toEqual(['on', 'scram-sha-256']);
    await expect(sql('SELECT 1', 'postgres', 'wrong')).rejects.toThrow(
      /password authentication failed/,
    );

    const databases = path.join(container.folder, 'databases');
    const write = (name: string, password: string) => {
      mkdirSync(path.join(databases, name), { recursive: true });
      writeFileSync(path.join(databases, name, 'password'), password);
    };
    const ensure = () =>
      container.run(postgres.clientVariables(), 'databases', databases);
    write('orders', "a'b");
    write('in-voices', 'c');
    expect(await ensure()).toEqual({
      code: 0,
      log: 'Databases: in-voices, orders.\n',
    });
    await sql('CREATE TABLE kept ()', 'orders', "a'b");
    write('orders', 'changed');
    expect(await ensure()).toMatchObject({ code: 0 });
    expect(
      await container.run(
        postgres.clientVariables('orders', 'changed'),
        'check',
      ),
    ).toEqual({
      code: 0,
      log: expect.stringMatching(/^orders in orders: PostgreSQL 18/),
    });
    await expect(
      container.run(
        {
          ...postgres.clientVariables('orders', 'changed'),
          PGDATABASE: 'in-voices',
        },
        'check',
      ),
    ).resolves.toEqual({
      code: 1,
      log: expect.stringContaining('permission denied for database'),
    });
    write('Robert;', 'x');
    expect(await ensure()).toEqual({
      code: 2,
      log: expect.stringContaining('"Robert;" cannot be a database'),
    });

    // With clients connected it stops at once, and the next start has the same data.
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    await postgres.start();
    expect(await sql('SELECT count(*) FROM kept', 'orders', 'changed')).toEqual(
      ['0'],
    );
  });

  it('has clients use TLS when there is a certificate', async () => {
    const folder = path.join(postgres.container.folder, 'tls');
    await writeCertificate(folder);
    await postgres.start({ POSTGRES_TLS_FOLDER: folder });
    const { container } = postgres;
    const encrypted = { ...postgres.clientVariables(), PGSSLMODE: 'verify-ca' };
    expect(
      await container.run(
        { ...encrypted, PGSSLROOTCERT: path.join(folder, 'tls.crt') },
        'check',
      ),
    ).toMatchObject({ code: 0 });
    expect(
      await sql(
        `SELECT type FROM pg_hba_file_rules WHERE address = 'all' ORDER BY rule_number`,
      ),
    ).toEqual(['hostssl', 'hostssl']);
  });

  it('keeps its private key to itself: no backup holds it, and it goes with the server', async () => {
    const { container, data } = postgres;
    const folder = path.join(container.folder, 'tls');
    await writeCertificate(folder);
    const options = { POSTGRES_TLS_FOLDER: folder };
    const first = await postgres.start(options);
    first.child.kill('SIGTERM');
    await first.ended;
    // As a version left it that kept the key beside the data.
    const left = path.join(data, 'moorline-tls.key');
    copyFileSync(path.join(folder, 'tls.key'), left);
    const server = await postgres.start(options);
    const [key] = await sql('SHOW ssl_key_file');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(path.relative(data, key)).toMatch(/^\.\./);

    const backups = path.join(container.volume, 'backups');
    const backUp = await container.run(
      {
        ...postgres.clientVariables(),
        PGSSLMODE: 'verify-ca',
        PGSSLROOTCERT: path.join(folder, 'tls.crt'),
        MOORLINE_BACKUPS: backups,
      },
      'backup',
    );
    expect(backUp).toMatchObject({ code: 0 });
    const [backup] = readdirSync(backups);
    const content = gunzipSync(readFileSync(path.join(backups, backup)));
    expect(content.includes('PG_VERSION')).toBe(true);
    expect(content.includes('PRIVATE KEY')).toBe(false);

    server.child.kill('SIGTERM');
    await server.ended;
    expect(existsSync(path.dirname(key))).toBe(false);
  });

  it('lets clients do without TLS while it is only offered', async () => {
    const { container } = postgres;
    const folder = path.join(container.folder, 'tls');
    const offered = { POSTGRES_TLS_FOLDER: folder, POSTGRES_TLS: 'offered' };
    const before = await postgres.start(offered);
    expect(await sql('SHOW ssl')).toEqual(['off']);
    before.child.kill('SIGTERM');
    await before.ended;
    await writeCertificate(folder);
    await postgres.start(offered);
    expect(await sql('SHOW ssl')).toEqual(['on']);
    expect(
      await sql(
        `SELECT DISTINCT type FROM pg_hba_file_rules WHERE address = 'all'`,
      ),
    ).toEqual(['host']);
  });

  it('keeps backups for days, and restores one once', async () => {
    const { container } = postgres;
    const backups = path.join(container.volume, 'backups');
    mkdirSync(backups);
    const ancient = 'base-20200101T000000Z.tar.gz';
    for (const name of [ancient, 'notes.txt']) {
      writeFileSync(path.join(backups, name), 'x');
    }
    const env = {
      ...postgres.clientVariables(),
      ...postgres.serverVariables,
      MOORLINE_BACKUPS: backups,
    };
    const server = await postgres.start();
    await sql('CREATE TABLE orders AS SELECT 1 AS n');
    expect(await container.run(env, 'backup', '--keep-days', '7')).toEqual({
      code: 0,
      log: expect.stringContaining(`${ancient}: deleted.`),
    });
    const [backup, notes, ...others] = readdirSync(backups).sort();
    expect([notes, ...others]).toEqual(['notes.txt']);
    await sql('UPDATE orders SET n = 2');
    server.child.kill('SIGTERM');
    await server.ended;
    // What a server leaves behind whose node is lost.
    writeFileSync(path.join(postgres.data, 'postmaster.pid'), '1\n');

    const once = () => container.run(env, 'restore', '--once', backup);
    expect(await once()).toMatchObject({ code: 0 });
    const again = await postgres.start();
    expect(await sql('SELECT n FROM orders')).toEqual(['1']);
    await sql('UPDATE orders SET n = 3');
    again.child.kill('SIGTERM');
    await again.ended;
    expect(await once()).toEqual({
      code: 0,
      log: expect.stringMatching(/^The data in .* stays/),
    });
    await postgres.start();
    expect(await sql('SELECT n FROM orders')).toEqual(['3']);
  });

  it('is copied while it works, and comes back from nothing', async () => {
    const { container, data } = postgres;
    const backups = path.join(container.volume, 'backups');
    const server = await postgres.start();
    await sql(
      'CREATE TABLE orders AS SELECT n, md5(n::text) FROM generate_series(1, 100000) n',
    );
    const withBackups = { MOORLINE_BACKUPS: backups };
    const backUp = await container.run(
      { ...postgres.clientVariables(), ...withBackups },
      'backup',
    );
    expect(backUp).toEqual({
      code: 0,
      log: expect.stringMatching(/^base-\w+\.tar\.gz: \d{7} bytes\.\n$/),
    });
    expect(readdirSync(backups)).toHaveLength(1);
    await sql('DROP TABLE orders');

    const restore = (...args: string[]) =>
      container.run(
        { ...postgres.serverVariables, ...withBackups },
        'restore',
        ...args,
      );
    expect(await restore()).toEqual({
      code: 2,
      log: expect.stringContaining('has data: give --set-aside'),
    });
    expect(await restore('--set-aside')).toEqual({
      code: 2,
      log: expect.stringContaining('stop the server first'),
    });
    server.child.kill('SIGTERM');
    await server.ended;
    expect(await restore('--set-aside', 'base-none.tar.gz')).toEqual({
      code: 2,
      log: expect.stringMatching(
        /no backup base-none.tar.gz; there are: base-/,
      ),
    });
    expect(await restore('--set-aside')).toMatchObject({ code: 0 });
    expect(readdirSync(path.dirname(data)).sort()).toEqual([
      'docker',
      expect.stringMatching(/^docker\.before-/),
    ]);
    const again = await postgres.start();
    expect(await sql('SELECT count(*) FROM orders')).toEqual(['100000']);
    again.child.kill('SIGTERM');
    await again.ended;

    rmSync(data, { recursive: true });
    expect(await restore('--if-empty')).toMatchObject({ code: 0 });
    expect(await restore('--if-empty')).toEqual({
      code: 0,
      log: expect.stringMatching(/^The data in .* stays/),
    });
    await postgres.start();
    expect(await sql('SELECT count(*) FROM orders')).toEqual(['100000']);
  });

  it.each([
    [{ POSTGRES_PASSWORD_FILE: '' }, /set POSTGRES_PASSWORD_FILE/],
    [{ POSTGRES_PASSWORD: 'x' }, /both set/],
    [{ POSTGRES_TLS: 'maybe' }, /POSTGRES_TLS is maybe: give required/],
    [{ POSTGRES_INITDB_ARGS: '--no-such' }, /initdb ended with code 1/],
    [{ POSTGRES_TLS_FOLDER: '/none' }, /none\/tls.crt cannot be read/],
  ])('refuses %j', async (more, message) => {
    const { code, log } = await postgres.container.run(
      { ...postgres.serverVariables, ...more },
      'postgres',
    );
    expect(code).toBeGreaterThan(0);
    expect(log).toMatch(message);
    expect(log).not.toContain(PASSWORD);
  });

  it.each([
    [['nothing'], /There is no command "nothing"/],
    [['databases'], /Give one folder/],
    [['entra-databases', 'orders'], /Give NAME=ROLE/],
    [['backup', '--keep-days', 'some'], /give a whole number of days/],
    [['check'], /Set PGHOST/],
    [['backups'], /Set MOORLINE_BACKUPS/],
  ])('refuses the command %j', async (args, message) => {
    const { code, log } = await postgres.container.run({}, ...args);
    expect({ code, log }).toEqual({
      code: 2,
      log: expect.stringMatching(message),
    });
  });
});
