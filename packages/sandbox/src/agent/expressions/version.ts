/** A version literal (`1.2.3`) of the expression language: two to four numbers. */
export class Version {
  readonly parts: readonly number[];

  constructor(parts: readonly number[]) {
    this.parts = parts;
  }

  /** Reads `1.2`, `1.2.3` or `1.2.3.4`; undefined for anything else. */
  static parse(text: string): Version | undefined {
    return /^\d+(\.\d+){1,3}$/.test(text)
      ? new Version(text.split('.').map(Number))
      : undefined;
  }

  /** Below, equal or above zero; a part that is missing comes before zero. */
  compare(other: Version): number {
    for (let i = 0; i < 4; i += 1) {
      const difference = (this.parts[i] ?? -1) - (other.parts[i] ?? -1);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  toString(): string {
    return this.parts.join('.');
  }
}
