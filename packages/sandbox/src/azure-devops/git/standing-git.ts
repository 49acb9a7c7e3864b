import { ChildProcessWithoutNullStreams, spawn } from 'child_process';
import { gitEnvironment, GitError } from './git';

/** An answer and how many bytes it took; or how many are wanted before it is worth looking again. */
export type Taken<T> = { value: T; bytes: number } | { wanted: number };

interface Question {
  /** Takes this question's answer from the beginning of the data; true when there was one. */
  take(data: Buffer): Taken<unknown>;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** How long git waits for the next question, in milliseconds. */
const IDLE = 20_000;

/**
 * A git command that answers questions as they come, one after the other, because starting git costs more than what is
 * asked of it. It ends when nobody asks for a while, and starts again when somebody does.
 */
export class StandingGit {
  #child: ChildProcessWithoutNullStreams | undefined;
  #questions: Question[] = [];
  #idle: NodeJS.Timeout | undefined;

  /**
   * @param binary - path of git
   * @param folder - the bare repository
   * @param args - a command that reads standard input until its end
   */
  constructor(
    private readonly binary: string,
    private readonly folder: string,
    private readonly args: string[],
  ) {}

  /**
   * Writes a question and takes its answer from what git writes.
   * @throws GitError when git ends instead
   */
  async ask<T>(question: string, take: (data: Buffer) => Taken<T>): Promise<T> {
    const child = this.#child ?? this.#start();
    this.#waitAgain();
    return new Promise<T>((resolve, reject) => {
      this.#questions.push({
        take,
        resolve: value => resolve(value as T),
        reject,
      });
      child.stdin.write(question);
    });
  }

  /** Ends git, once it has answered what it was asked. */
  close(): void {
    clearTimeout(this.#idle);
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn(this.binary, this.args, {
      cwd: this.folder,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const questions: Question[] = [];
    this.#child = child;
    this.#questions = questions;

    let chunks: Buffer[] = [];
    let length = 0;
    let wanted = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length < wanted) return;
      let data = Buffer.concat(chunks);
      wanted = 0;
      while (questions.length > 0 && wanted === 0) {
        const taken = questions[0].take(data);
        if ('wanted' in taken) wanted = taken.wanted;
        else {
          data = data.subarray(taken.bytes);
          questions.shift()!.resolve(taken.value);
        }
      }
      chunks = [data];
      length = data.length;
    });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr = (stderr + chunk).slice(-2000);
    });
    child.stdin.on('error', () => {});
    const fail = (error: Error) => {
      if (this.#child === child) this.#child = undefined;
      questions.splice(0).forEach(({ reject }) => reject(error));
    };
    child.once('error', fail);
    child.once('close', code => fail(new GitError(this.args, code, stderr)));
    return child;
  }

  #waitAgain(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#questions.length > 0) this.#waitAgain();
      else this.close();
    }, IDLE);
    this.#idle.unref();
  }
}
