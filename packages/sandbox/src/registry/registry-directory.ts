import { existsSync, mkdirSync, readdirSync, rmSync } from 'fs';
import path from 'path';
import { readJsonFile, writeJsonFile } from '../files';
import type { Resource, ResourceChange, ResourceStore } from '../resources';
import { Repository } from './layout/repository';

/** The Terraform type of a registry. */
export const REGISTRY_TYPE = 'azurerm_container_registry';

/** Not a component that a repository's name may have: repositories can lie below each other. */
const LAYOUT = '_layout';

/** A registry's name in lower case, as its login server has it. */
export const nameOf = ({ values }: Resource) =>
  String(values.name).toLowerCase();

/** Names of the repositories below a folder. */
function find(folder: string, prefix: string = ''): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(({ name }) =>
      name === LAYOUT
        ? [prefix]
        : find(path.join(folder, name), prefix ? `${prefix}/${name}` : name),
    );
}

/** A registry that was applied, with its repositories. */
export class Registry {
  private readonly repositories = new Map<string, Repository>();
  private readonly root: string;

  constructor(readonly name: string, folder: string) {
    this.root = path.join(folder, 'repositories');
    for (const repository of existsSync(this.root) ? find(this.root) : []) {
      this.repository(repository);
    }
  }

  /** A repository, which need not exist yet. */
  repository(name: string): Repository {
    let repository = this.repositories.get(name);
    if (!repository) {
      repository = new Repository(path.join(this.root, name, LAYOUT));
      this.repositories.set(name, repository);
    }
    return repository;
  }

  /** Names of the repositories that have something. */
  get names(): string[] {
    return [...this.repositories]
      .filter(([, repository]) => repository.exists)
      .map(([name]) => name)
      .sort();
  }
}

/**
 * The registries of the resource store: one comes and goes with its resource, and what it holds goes with it.
 */
export class RegistryDirectory {
  private readonly registries = new Map<string, Registry>();
  private readonly onChange = (change: ResourceChange) => this.follow(change);

  /** @param folder - keeps one folder for each registry, named after it */
  constructor(
    private readonly resources: ResourceStore,
    private readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    resources.list(REGISTRY_TYPE).forEach(resource => this.open(resource));
    // Destroyed while the sandbox was down.
    readdirSync(folder)
      .filter(name => !this.registries.has(name))
      .forEach(name => this.remove(name));
    resources.on('change', this.onChange);
  }

  /** A registry by its name in lower case. */
  get(name: string): Registry | undefined {
    return this.registries.get(name);
  }

  /** All registries, ordered by name. */
  list(): Registry[] {
    return [...this.registries.values()].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  }

  /** The resource that a registry is made of. */
  resource(name: string): Resource | undefined {
    return this.resources
      .list(REGISTRY_TYPE)
      .find(resource => nameOf(resource) === name);
  }

  stop(): void {
    this.resources.off('change', this.onChange);
  }

  private follow({ kind, resource }: ResourceChange): void {
    if (resource.type !== REGISTRY_TYPE) return;
    if (kind !== 'deleted') this.open(resource);
    else this.remove(nameOf(resource));
  }

  private open(resource: Resource): void {
    const name = nameOf(resource);
    const folder = path.join(this.folder, name);
    const marker = path.join(folder, 'registry.json');
    const uid = resource.uid ?? '';
    if (readJsonFile<{ uid: string }>(marker)?.uid !== uid) {
      // New, or destroyed and made again while the sandbox was down: nothing of its forerunner is kept.
      this.remove(name);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeJsonFile(marker, { uid });
    }
    if (!this.registries.has(name)) {
      this.registries.set(name, new Registry(name, folder));
    }
  }

  private remove(name: string): void {
    this.registries.delete(name);
    rmSync(path.join(this.folder, name), { recursive: true, force: true });
  }
}
