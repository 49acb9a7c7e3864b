/** A number of places; whoever finds none waits in line. */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  get full(): boolean {
    return this.free <= 0;
  }

  /** Waits for a place, or for the signal; call the answer to give the place back. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    if (this.free > 0) {
      this.free -= 1;
      return () => this.release();
    }
    if (signal.aborted) return () => {};
    const got = await new Promise<boolean>(resolve => {
      const turn = () => resolve(true);
      this.waiting.push(turn);
      signal.addEventListener(
        'abort',
        () => {
          // Too late when the turn came first: the place is taken then.
          const place = this.waiting.indexOf(turn);
          if (place < 0) return;
          this.waiting.splice(place, 1);
          resolve(false);
        },
        { once: true },
      );
    });
    return got ? () => this.release() : () => {};
  }

  private release(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
