import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestDatabase, createTestDatabase } from '../testing';
import { createDatabase, query, transaction } from './database';
import { ChangedMigrationError, migrate } from './migrate';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

const FILES = readdirSync(join(__dirname, '../../migrations')).sort();

describe('migrate', () => {
  let test: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    test = await createTestDatabase({ empty: true });
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  });

  afterEach(async () => {
    await test.drop();
    await rm(folder, { recursive: true });
  });

  it('runs each file once, though replicas start together', async () => {
    const replicas = Array.from({ length: 4 }, () => createDatabase(test.url));
    const done = await Promise.all(replicas.map(db => migrate(db)));
    await Promise.all(replicas.map(db => db.close()));
    expect(done.flat()).toEqual(FILES);
    expect(await migrate(test.db)).toEqual([]);
  });

  it('takes up new files and keeps the old tables when one fails', async () => {
    await writeFile(join(folder, '0001_a.sql'), 'CREATE TABLE a (id int)');
    expect(await migrate(test.db, folder)).toEqual(['0001_a.sql']);
    await writeFile(join(folder, '0002_b.sql'), 'CREATE TABLE b (id int)');
    await writeFile(join(folder, '0003_c.sql'), 'CREATE TABEL c (id int)');
    await expect(migrate(test.db, folder)).rejects.toThrow(/TABEL/);
    const tables = await query<{ relname: string }>(
      test.db,
      "SELECT relname FROM pg_class WHERE relname IN ('a', 'b', 'c')",
    );
    expect(tables).toEqual([{ relname: 'a' }]);
  });

  it('refuses a history that was edited', async () => {
    await writeFile(join(folder, '0001_a.sql'), 'CREATE TABLE a (id int)');
    await migrate(test.db, folder);
    await writeFile(join(folder, '0001_a.sql'), 'CREATE TABLE a (id bigint)');
    await expect(migrate(test.db, folder)).rejects.toThrow(
      ChangedMigrationError,
    );
  });

  it('lives in a schema of its own beside others', async () => {
    await query(test.db, 'CREATE SCHEMA one');
    await query(test.db, 'CREATE SCHEMA two');
    const schemas = ['one', 'two'].map(schema =>
      createDatabase({
        connectionString: test.url,
        options: `-c search_path=${schema}`,
      }),
    );
    const done = await Promise.all(schemas.map(db => migrate(db)));
    await Promise.all(schemas.map(db => db.close()));
    expect(done.map(files => files.length)).toEqual([
      FILES.length,
      FILES.length,
    ]);
  });
});

describe('transaction', () => {
  it('leaves nothing behind when the work throws', async () => {
    const test = await createTestDatabase({ empty: true });
    await query(test.db, 'CREATE TABLE a (id int)');
    await expect(
      transaction(test.db, async connection => {
        await connection.query('INSERT INTO a VALUES (1)');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await query(test.db, 'SELECT * FROM a')).toEqual([]);
    await test.drop();
  });
});
