import type { RefChange } from './bare-repository';
import { StandingGit, Taken } from './standing-git';

const ZEROS = /^0+$/;
const DONE = 'commit: ok\n';

/** Changes refs by git's own transactions: all or none, and none that is not where it was said to be. */
export class RefTransactions {
  readonly #git: StandingGit;

  /**
   * @param binary - path of git
   * @param folder - the bare repository
   */
  constructor(binary: string, folder: string) {
    this.#git = new StandingGit(binary, folder, ['update-ref', '--stdin']);
  }

  /** @throws GitError when a ref cannot be changed: git ends then, and the next transaction starts it anew */
  async commit(changes: RefChange[]): Promise<void> {
    const lines = changes.map(({ name, oldObjectId, newObjectId }) =>
      ZEROS.test(newObjectId)
        ? `delete ${name} ${oldObjectId}`
        : `update ${name} ${newObjectId} ${oldObjectId}`,
    );
    const transaction = ['start', ...lines, 'prepare', 'commit', ''];
    await this.#git.ask(transaction.join('\n'), takeDone);
  }

  /** Ends git until the next transaction. */
  close(): void {
    this.#git.close();
  }
}

/** One line for each of start, prepare and commit. */
function takeDone(data: Buffer): Taken<void> {
  const at = data.indexOf(DONE);
  return at < 0
    ? { wanted: data.length + 1 }
    : { value: undefined, bytes: at + DONE.length };
}
