import { formatTree, TreeLine } from './objects';

/** What a tree object has, or a folder that was opened. */
type Node = TreeLine | Folder;
type Folder = Map<string, Node>;

const isFolder = (node: Node): node is Folder => node instanceof Map;
const hasFiles = (folder: Folder): boolean =>
  [...folder.values()].some(node => !isFolder(node) || hasFiles(node));
const toFolder = (lines: TreeLine[]): Folder =>
  new Map(lines.map(line => [line.name, line]));

/** How trees are read and written. */
export interface TreeAccess {
  readTree(objectId: string): Promise<TreeLine[]>;
  writeTree(content: Buffer): string;
}

/** The files of a commit while they are changed: only folders that a change goes through are read and written. */
export class TreeBuilder {
  private constructor(
    private readonly access: TreeAccess,
    private readonly root: Folder,
  ) {}

  /** Begins with a tree; without one, with no files. */
  static async from(
    access: TreeAccess,
    tree: string | undefined,
  ): Promise<TreeBuilder> {
    return new TreeBuilder(
      access,
      tree ? toFolder(await access.readTree(tree)) : new Map(),
    );
  }

  /** Adds or replaces a file; one that is replaced stays executable if it was. */
  async set(filePath: string, objectId: string, mode?: string): Promise<void> {
    const { folder, name } = await this.#at(filePath);
    const before = folder.get(name);
    const isFile = before && !isFolder(before) && before.type === 'blob';
    const kept = isFile ? before.mode : '100644';
    folder.set(name, { name, objectId, type: 'blob', mode: mode ?? kept });
  }

  /** Takes a file or folder away. @returns it, when it is a file */
  async remove(filePath: string): Promise<TreeLine | undefined> {
    const { folder, name } = await this.#at(filePath);
    const node = folder.get(name);
    folder.delete(name);
    return node && !isFolder(node) ? node : undefined;
  }

  /** Writes what changed. @returns the id of the tree */
  write(): string {
    return this.access.writeTree(this.#format(this.root));
  }

  #format(folder: Folder): Buffer {
    const lines: TreeLine[] = [];
    for (const [name, node] of folder) {
      if (!isFolder(node)) lines.push(node);
      // Git keeps no empty folders.
      else if (hasFiles(node)) {
        const objectId = this.access.writeTree(this.#format(node));
        lines.push({ name, objectId, type: 'tree', mode: '040000' });
      }
    }
    return formatTree(lines);
  }

  async #at(filePath: string): Promise<{ folder: Folder; name: string }> {
    const names = filePath.split('/');
    const name = names.pop() ?? '';
    let folder = this.root;
    for (const step of names) {
      let next = folder.get(step);
      if (!next || !isFolder(next)) {
        next =
          next?.type === 'tree'
            ? toFolder(await this.access.readTree(next.objectId))
            : new Map();
        folder.set(step, next);
      }
      folder = next;
    }
    return { folder, name };
  }
}
