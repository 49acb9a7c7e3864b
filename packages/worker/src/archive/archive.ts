/** Texts that are kept under names such as `runs/orders-dev/…/run.json`. */
export interface Archive {
  /** Writes a text; over the one that is there, if any. */
  write(name: string, text: string, contentType: string): Promise<void>;
  /** Reads a text; undefined where there is none. */
  read(name: string): Promise<string | undefined>;
}
