import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server in a process of its own. */
export interface ServerProcess {
  child: ChildProcess;
  url: string;
  /** What it has logged. */
  lines: Record<string, unknown>[];
}

/** Runs `moorline-api` as it is run everywhere, on a database. */
export class TestPrograms {
  readonly #children: ChildProcess[] = [];

  constructor(private readonly databaseUrl: string) {}

  /** Runs a command. */
  run(args: string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(
      process.execPath,
      [join(__dirname, '../../bin/moorline-api.cjs'), ...args],
      {
        env: {
          PATH: process.env.PATH,
          MOORLINE_DATABASE_URL: this.databaseUrl,
          MOORLINE_PORT: '0',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#children.push(child);
    return child;
  }

  /** Starts a server and waits for its address. */
  async serve(env: Record<string, string> = {}): Promise<ServerProcess> {
    const child = this.run(['serve'], env);
    const lines: Record<string, unknown>[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout!).on('line', line => {
        const entry = JSON.parse(line);
        lines.push(entry);
        if (entry.message === 'serving') resolve(entry.url);
      });
      child.stderr!.on('data', chunk => reject(new Error(String(chunk))));
      child.once('exit', code => reject(new Error(`ended with ${code}`)));
    });
    return { child, url, lines };
  }

  /** Makes a key, with the options of `create-key`. */
  async createKey(...options: string[]): Promise<string> {
    const child = this.run(['create-key', '--name', 'test', ...options]);
    const { code, stdout, stderr } = await outputOf(child);
    if (code !== 0 || stderr) throw new Error(stderr || `ended with ${code}`);
    return stdout.trim();
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
  }
}

/** What a program says until its end. */
export async function outputOf(child: ChildProcess) {
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', chunk => (stdout += chunk));
  child.stderr!.on('data', chunk => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
