/** Somebody who waits for news. What comes while they are busy is not lost: they then do not wait. */
export class Watch {
  #rung = false;
  #wake: (() => void) | undefined;

  /** There may be something new. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Waits until it was rung since the last time. */
  async rung(): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    this.#rung = false;
    this.#wake = undefined;
  }
}
