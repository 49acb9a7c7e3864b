import { spawn } from 'child_process';
import type { Request, Response } from 'express';
import path from 'path';
import { gitEnvironment } from './git';

/** Options of {@link serveGit}. */
export interface ServeGitOptions {
  /** Path of git. */
  git: string;
  /** The bare repository. */
  folder: string;
  /** What follows the repository in the address, e.g. `/info/refs`. */
  rest: string;
  /** Who asks; for git's reflog. */
  user: string;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Hands a request to the real `git http-backend`, and its answer back. Resolves when git has ended. */
export async function serveGit(
  request: Request,
  response: Response,
  options: ServeGitOptions,
): Promise<void> {
  const { folder, rest } = options;
  const query = request.originalUrl.split('?')[1] ?? '';
  const env: NodeJS.ProcessEnv = {
    ...gitEnvironment(),
    GIT_PROJECT_ROOT: path.dirname(folder),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${path.basename(folder)}${rest}`,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.get('content-type') ?? '',
    REMOTE_USER: options.user,
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
    GIT_COMMITTER_NAME: options.user,
    GIT_COMMITTER_EMAIL: 'git@localhost',
  };
  // git reads to the end of a chunked body only when no length is named.
  const length = request.get('content-length');
  if (length) env.CONTENT_LENGTH = length;
  const encoding = request.get('content-encoding');
  if (encoding) env.HTTP_CONTENT_ENCODING = encoding;
  const protocol = request.get('git-protocol');
  if (protocol) env.GIT_PROTOCOL = protocol;

  const child = spawn(options.git, ['http-backend'], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  request.once('close', () => {
    if (!request.complete) child.kill();
  });
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr = (stderr + chunk).slice(-2000);
  });

  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (head === undefined) {
      if (!response.write(chunk)) {
        child.stdout.pause();
        response.once('drain', () => child.stdout.resume());
      }
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    writeHead(response, head.subarray(0, end).toString('latin1'));
    const body = head.subarray(end + END_OF_HEAD.length);
    head = undefined;
    if (body.length > 0) response.write(body);
  });
  response.once('close', () => {
    if (!response.writableFinished) child.kill();
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  if (head !== undefined) {
    throw new Error(`git http-backend gave no answer: ${stderr.trim()}`);
  }
  response.end();
}

function writeHead(response: Response, head: string): void {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') response.status(parseInt(value, 10));
    else response.setHeader(name, value);
  }
}
