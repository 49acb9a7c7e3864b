import { StandingGit, Taken } from './standing-git';

/** An object as git keeps it. */
export interface GitObject {
  objectId: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  content: Buffer;
}

const LINE_END = '\n'.charCodeAt(0);

/** Reads objects. Git looks names up anew at each question, so refs that others moved are seen. */
export class ObjectReader {
  readonly #git: StandingGit;

  /**
   * @param binary - path of git
   * @param folder - the bare repository
   */
  constructor(binary: string, folder: string) {
    this.#git = new StandingGit(binary, folder, ['cat-file', '--batch']);
  }

  /** The object that a revision names (an id, a full ref, `<either>^{commit}`); undefined when there is none. */
  async read(revision: string): Promise<GitObject | undefined> {
    if (/[\s\0]/.test(revision)) return undefined;
    return this.#git.ask(`${revision}\n`, takeObject);
  }

  /** Ends git until the next question. */
  close(): void {
    this.#git.close();
  }
}

/** `<id> <type> <size>`, a line end, the content, a line end; or `<revision> missing` and the like. */
function takeObject(data: Buffer): Taken<GitObject | undefined> {
  const end = data.indexOf(LINE_END);
  if (end < 0) return { wanted: data.length + 1 };
  const begin = end + 1;
  const head = data.toString('utf8', 0, end);
  const found = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(head);
  if (!found) return { value: undefined, bytes: begin };
  const [, objectId, type, size] = found;
  const after = begin + Number(size) + 1;
  if (data.length < after) return { wanted: after };
  const content = data.subarray(begin, after - 1);
  return {
    value: { objectId, type: type as GitObject['type'], content },
    bytes: after,
  };
}
