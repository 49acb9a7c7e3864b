import { Refusal } from '../problems';
import { Mark } from '../yaml/node';

/** Remembers whether an `if` before an `elseif` or `else` was taken. */
export class Chain {
  private taken: boolean | undefined;

  end(): void {
    this.taken = undefined;
  }

  start(taken: boolean): boolean {
    this.taken = taken;
    return taken;
  }

  /** True when nothing before was taken. */
  continue(mark: Mark, word: string): boolean {
    if (this.taken === undefined) {
      throw Refusal.at(
        mark,
        `The expression directive '${word}' is not supported in this context`,
      );
    }
    return !this.taken;
  }
}
