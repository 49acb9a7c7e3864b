/** A file or folder of a layer. */
export interface LayerEntry {
  /** From the root, without a slash at the beginning: `app/server.js`. */
  path: string;
  /** Left out: a folder. */
  content?: Buffer;
  /** Permissions; default 0o644, of a folder 0o755. */
  mode?: number;
}

const BLOCK = 512;
const LONGEST_NAME = 100;

function header({ path, content, mode }: LayerEntry): Buffer {
  const name = content ? path : `${path}/`;
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    throw new Error(`${name}: a path in a layer may have 100 bytes`);
  }
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, length: number) =>
    block.write(
      `${value.toString(8).padStart(length - 1, '0')}\0`,
      offset,
      'latin1',
    );
  block.write(name, 0);
  octal(mode ?? (content ? 0o644 : 0o755), 100, 8);
  // Owner, group and time are always the same: the same files give the same bytes.
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content?.length ?? 0, 124, 12);
  octal(0, 136, 12);
  block.write(' '.repeat(8), 148);
  block.write(content ? '0' : '5', 156);
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** The folders that a path lies in, outermost first. */
const foldersOf = (path: string) =>
  path
    .split('/')
    .slice(0, -1)
    .map((_name, i, names) => names.slice(0, i + 1).join('/'));

/**
 * A tar archive (ustar) that depends on nothing but its entries: they are sorted, have no times and belong to root.
 * Folders are added where they are missing.
 * @throws Error when a path is too long for the format
 */
export function tar(entries: LayerEntry[]): Buffer {
  const all = new Map<string, LayerEntry>();
  for (const entry of entries) {
    foldersOf(entry.path).forEach(path => all.set(path, { path }));
  }
  entries.forEach(entry => all.set(entry.path, entry));
  const blocks = [...all.values()]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(entry => {
      const { content = Buffer.alloc(0) } = entry;
      const padding = (BLOCK - (content.length % BLOCK)) % BLOCK;
      return [header(entry), content, Buffer.alloc(padding)];
    });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}
