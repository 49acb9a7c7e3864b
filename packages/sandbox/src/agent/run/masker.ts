/** Replaces secrets by `***` in everything that leaves a job. */
export class Masker {
  private readonly secrets = new Set<string>();
  private pattern: RegExp | undefined;

  /** Adds a secret and the forms in which it may appear: each line, URL-encoded, inside JSON. */
  add(secret: string): void {
    const parts = [secret, ...secret.split(/\r?\n/)].flatMap(part => [
      part,
      encodeURIComponent(part),
      JSON.stringify(part).slice(1, -1),
    ]);
    for (const part of parts) if (part.trim() !== '') this.secrets.add(part);
    this.pattern = undefined;
  }

  mask(text: string): string {
    if (this.secrets.size === 0) return text;
    if (!this.pattern) {
      // Longest first: a secret that holds another is replaced whole.
      const all = [...this.secrets].sort((a, b) => b.length - a.length);
      this.pattern = new RegExp(
        all.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
        'g',
      );
    }
    return text.replace(this.pattern, '***');
  }
}
