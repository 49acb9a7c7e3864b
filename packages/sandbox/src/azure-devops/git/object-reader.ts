import { ChildProcessWithoutNullStreams, spawn } from 'child_process';
import { gitEnvironment, GitError } from './git';

/** An object as git keeps it. */
export interface GitObject {
  objectId: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  content: Buffer;
}

interface Question {
  resolve(answer: GitObject | undefined): void;
  reject(error: Error): void;
}

/** What git wrote and nobody has got yet. */
interface Received {
  chunks: Buffer[];
  length: number;
  /** Bytes of the answer that is coming, when known. */
  wanted: number;
}

/** How long git waits for the next question, in milliseconds. */
const IDLE = 20_000;
const LINE_END = '\n'.charCodeAt(0);

/**
 * Reads objects through one `git cat-file --batch` that stays, because starting git costs more than what it reads. It
 * looks names up anew at each question, so it sees refs that others moved. It ends when nobody asks for a while.
 */
export class ObjectReader {
  #child: ChildProcessWithoutNullStreams | undefined;
  #questions: Question[] = [];
  #idle: NodeJS.Timeout | undefined;

  /**
   * @param binary - path of git
   * @param folder - the bare repository
   */
  constructor(
    private readonly binary: string,
    private readonly folder: string,
  ) {}

  /** The object that a revision names (an id, a full ref, `<either>^{commit}`); undefined when there is none. */
  async read(revision: string): Promise<GitObject | undefined> {
    if (/[\s\0]/.test(revision)) return undefined;
    const child = this.#child ?? this.#start();
    this.#waitAgain();
    return new Promise((resolve, reject) => {
      this.#questions.push({ resolve, reject });
      child.stdin.write(`${revision}\n`);
    });
  }

  /** Ends git; the next question starts it again. */
  close(): void {
    clearTimeout(this.#idle);
    // It answers what it was asked, then ends.
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn(this.binary, ['cat-file', '--batch'], {
      cwd: this.folder,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const questions: Question[] = [];
    const fail = (error: Error) => {
      if (this.#child === child) this.#child = undefined;
      questions.splice(0).forEach(({ reject }) => reject(error));
    };
    this.#child = child;
    this.#questions = questions;
    const received: Received = { chunks: [], length: 0, wanted: 0 };
    child.stdout.on('data', (chunk: Buffer) => {
      received.chunks.push(chunk);
      received.length += chunk.length;
      if (received.length >= received.wanted) takeAnswers(received, questions);
    });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr = (stderr + chunk).slice(-2000);
    });
    child.stdin.on('error', () => {});
    child.once('error', fail);
    child.once('close', code => fail(new GitError(['cat-file'], code, stderr)));
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

/** Hands the answers that are complete to who asked, in the order of the questions; the rest stays. */
function takeAnswers(received: Received, questions: Question[]): void {
  let data = Buffer.concat(received.chunks);
  received.wanted = 0;
  while (questions.length > 0) {
    const end = data.indexOf(LINE_END);
    if (end < 0) break;
    const head = data.toString('utf8', 0, end);
    const found = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(head);
    if (!found) {
      // "<revision> missing", or "ambiguous".
      questions.shift()!.resolve(undefined);
      data = data.subarray(end + 1);
      continue;
    }
    const [, objectId, type, size] = found;
    const begin = end + 1;
    const after = begin + Number(size) + 1;
    if (data.length < after) {
      received.wanted = after;
      break;
    }
    questions.shift()!.resolve({
      objectId,
      type: type as GitObject['type'],
      content: data.subarray(begin, after - 1),
    });
    data = data.subarray(after);
  }
  received.chunks = [data];
  received.length = data.length;
}
