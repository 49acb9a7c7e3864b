import { spawn } from 'child_process';

/** Refs that hold commits while they are made; no client sees them. */
export const OWN_REFS = 'refs/moorline/';

/** A git command that ended with an error. */
export class GitError extends Error {
  constructor(
    readonly args: string[],
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`git ${args[0]} failed (${exitCode}): ${stderr.trim()}`);
    this.name = 'GitError';
  }
}

/** Options of {@link Git.run}. */
export interface GitRunOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
}

/** Settings of all repositories here: what clients of Azure DevOps may ask for, and what only costs time. */
const SETTINGS = {
  // Shallow and partial clones, fetches of a commit.
  'uploadpack.allowFilter': 'true',
  'uploadpack.allowAnySHA1InWant': 'true',
  'transfer.hideRefs': OWN_REFS,
  'gc.auto': '0',
  // A sandbox need not outlive a power cut.
  'core.fsync': 'none',
};

/**
 * The environment of every git process here: the person's own configuration (hooks, signing, aliases) must not reach
 * the sandbox's repositories.
 */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const settings = Object.entries(SETTINGS);
  return {
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(settings.length),
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: process.env.TMPDIR,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** The real git, run on one repository. */
export class Git {
  /**
   * @param binary - path of git
   * @param folder - the bare repository
   */
  constructor(readonly binary: string, readonly folder: string) {}

  /**
   * Runs a git command.
   * @returns what it wrote
   * @throws GitError when it ends with another code than 0
   */
  async run(args: string[], options: GitRunOptions = {}): Promise<Buffer> {
    const child = spawn(this.binary, args, {
      cwd: this.folder,
      env: { ...gitEnvironment(), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', chunk => out.push(chunk));
    child.stderr.on('data', chunk => err.push(chunk));
    // git may end before it has read everything; its exit code tells why.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) {
      throw new GitError(args, code, Buffer.concat(err).toString('utf8'));
    }
    return Buffer.concat(out);
  }

  /** As {@link run}, as text. */
  async text(args: string[], options?: GitRunOptions): Promise<string> {
    return (await this.run(args, options)).toString('utf8');
  }
}
