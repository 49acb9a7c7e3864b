import { createHash, randomUUID } from 'crypto';
import { EventEmitter } from 'events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'fs';
import path from 'path';
import { isDeepStrictEqual } from 'util';
import { Resource, ResourceChange } from './resource';

/** Options of a {@link ResourceStore}. */
export interface ResourceStoreOptions {
  /** Folder that keeps the resources, one file each; left out: in memory only. */
  folder?: string;
}

/** The events of a {@link ResourceStore} and what they carry. */
export interface ResourceStoreEvents {
  change: [ResourceChange];
}

// Azure's ids are compared without regard to case.
const keyOf = (type: string, id: string) => `${type}|${id.toLowerCase()}`;

const isAssociation = (type: string) => type.endsWith('_association');

/**
 * Everything that exists in the sandbox's Azure. Terraform's provider writes it, Resource Manager and the clusters read
 * it and follow it through the `change` event, which is emitted after the change is on disk.
 *
 * What it returns is frozen: change a resource by putting a new one.
 */
export class ResourceStore extends EventEmitter<ResourceStoreEvents> {
  readonly #folder: string | undefined;
  readonly #resources = new Map<string, Resource>();

  /** Opens the store and reads what an earlier process left in the folder. */
  constructor(options: ResourceStoreOptions = {}) {
    super();
    this.setMaxListeners(0);
    this.#folder = options.folder;
    if (this.#folder) {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#load(this.#folder);
    }
  }

  /** All resources, or those of one type, ordered by id. */
  list(type?: string): Resource[] {
    return [...this.#resources.values()]
      .filter(resource => !type || resource.type === type)
      .sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  }

  /**
   * The resource with this id, in any case of letters. Without a type, the thing itself is found before an association
   * that shares its id.
   */
  get(id: string, type?: string): Resource | undefined {
    if (type) {
      return this.#resources.get(keyOf(type, id));
    }
    const wanted = id.toLowerCase();
    const found = [...this.#resources.values()].filter(
      resource => resource.id.toLowerCase() === wanted,
    );
    return found.find(resource => !isAssociation(resource.type)) ?? found[0];
  }

  /** Creates the resource, or replaces the one with its type and id. Putting what is already there changes nothing. */
  put(resource: Resource): Resource {
    const key = keyOf(resource.type, resource.id);
    const before = this.#resources.get(key);
    // The copy makes it plain JSON, and what the caller does with its own object later is no change.
    const kept = freeze(
      JSON.parse(
        JSON.stringify({ ...resource, uid: before?.uid ?? randomUUID() }),
      ) as Resource,
    );
    if (before && isDeepStrictEqual(before, kept)) {
      return before;
    }
    this.#write(key, kept);
    this.#resources.set(key, kept);
    this.emit('change', {
      kind: before ? 'updated' : 'created',
      resource: kept,
    });
    return kept;
  }

  /** Removes the resource with this id (and type, where given). Answers what was removed, undefined where nothing was. */
  delete(id: string, type?: string): Resource | undefined {
    const resource = this.get(id, type);
    if (!resource) {
      return undefined;
    }
    const key = keyOf(resource.type, resource.id);
    if (this.#folder) {
      rmSync(this.#file(this.#folder, key), { force: true });
    }
    this.#resources.delete(key);
    this.emit('change', { kind: 'deleted', resource });
    return resource;
  }

  #file(folder: string, key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
    return path.join(folder, `${name}.json`);
  }

  #write(key: string, resource: Resource): void {
    if (!this.#folder) {
      return;
    }
    const file = this.#file(this.#folder, key);
    const draft = `${file}.${randomUUID()}.draft`;
    // Keys and kubeconfigs are among the values: nobody else on the machine reads them.
    writeFileSync(draft, JSON.stringify(resource, undefined, 2), {
      mode: 0o600,
    });
    renameSync(draft, file);
  }

  #load(folder: string): void {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (name.endsWith('.draft')) {
        rmSync(file, { force: true });
      } else if (name.endsWith('.json')) {
        const resource = read(file);
        this.#resources.set(
          keyOf(resource.type, resource.id),
          freeze(resource),
        );
      }
    }
  }
}

function read(file: string): Resource {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Resource;
  } catch (error) {
    throw new Error(
      `The sandbox's resource in ${file} cannot be read (${error}): remove the file, or forget all local state with "npm run reset"`,
    );
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}
