import { randomUUID } from 'crypto';
import { existsSync, rmSync } from 'fs';
import path from 'path';
import type { RepositoryFiles } from '../../agent/contract';
import type {
  IdentityRecord,
  RefUpdateRecord,
  RepositoryRecord,
} from '../store/model';
import type { OrganizationStore } from '../store/organization-store';
import {
  repositoryNameTaken,
  repositoryNotFound,
  invalidArgument,
} from '../wire/errors';
import { BareRepository, GitReference, ZERO_ID } from './bare-repository';

/** What Azure DevOps does not let a repository be called. */
const BAD_NAME = /[\\/:*?"<>;#$%{},+=[\]]|^[._]|\.$|\.git$/i;
const KEPT_TEXTS = 500;
const DEFAULT_BRANCH = 'refs/heads/main';

/** The project's git repositories: their records, and bare repositories on disk. */
export class RepositoryStore {
  readonly #open = new Map<string, BareRepository>();
  /** Pipeline files by repository, commit and path: a commit never changes, and every run reads the same templates. */
  readonly #texts = new Map<string, string>();

  /**
   * @param folder - holds `<repository id>.git`
   * @param git - path of git
   */
  constructor(
    readonly folder: string,
    readonly git: string,
    private readonly organization: OrganizationStore,
  ) {}

  /**
   * The record of a repository by name or id.
   * @throws AzureDevOpsError 404
   */
  get(nameOrId: string): RepositoryRecord {
    const record = this.organization.findRepository(nameOrId);
    if (!record) throw repositoryNotFound(nameOrId);
    return record;
  }

  /** The bare repository of a record. */
  open(record: RepositoryRecord): BareRepository {
    let repository = this.#open.get(record.id);
    if (!repository) {
      repository = new BareRepository(this.git, this.folderOf(record));
      this.#open.set(record.id, repository);
    }
    return repository;
  }

  folderOf(record: RepositoryRecord): string {
    return path.join(this.folder, `${record.id}.git`);
  }

  /**
   * Makes an empty repository.
   * @throws AzureDevOpsError 409 when the name is taken, 400 when it cannot be one
   */
  async create(name: string): Promise<RepositoryRecord> {
    if (!name || name.length > 64 || BAD_NAME.test(name)) {
      throw invalidArgument(
        `The repository name '${name}' is not valid: use 1 to 64 letters, digits, dashes, dots and underscores, beginning with a letter or digit.\r\nParameter name: name`,
      );
    }
    if (this.organization.findRepository(name)) throw repositoryNameTaken(name);
    const record: RepositoryRecord = {
      id: randomUUID(),
      name,
      defaultBranch: DEFAULT_BRANCH,
      pushes: [],
    };
    // The name is taken before the first await: of two requests at once, one is refused.
    this.organization.repositories.push(record);
    try {
      this.#open.set(
        record.id,
        await BareRepository.create(
          this.git,
          this.folderOf(record),
          DEFAULT_BRANCH,
        ),
      );
    } catch (error) {
      this.delete(record);
      throw error;
    }
    this.organization.save();
    return record;
  }

  /** Deletes a repository and its objects. */
  delete(record: RepositoryRecord): void {
    const { repositories } = this.organization;
    repositories.splice(repositories.indexOf(record), 1);
    this.organization.save();
    this.#open.get(record.id)?.close();
    this.#open.delete(record.id);
    rmSync(this.folderOf(record), { recursive: true, force: true });
  }

  /** Ends what was started for reading. */
  close(): void {
    this.#open.forEach(repository => repository.close());
  }

  /** Keeps that somebody pushed. */
  recordPush(
    record: RepositoryRecord,
    refUpdates: RefUpdateRecord[],
    by: IdentityRecord,
  ) {
    const push = {
      pushId: this.organization.takeNumber('push'),
      date: new Date().toISOString(),
      pushedBy: by.id,
      refUpdates,
    };
    record.pushes.push(push);
    this.organization.save();
    return push;
  }

  /** Runs a writer that changes refs by itself (git receive-pack) and keeps what it changed as a push. */
  async recordingPush(
    record: RepositoryRecord,
    by: IdentityRecord,
    writer: () => Promise<void>,
  ): Promise<void> {
    const repository = this.open(record);
    await repository.exclusively(async () => {
      const before = await repository.refs();
      await writer();
      const changes = differenceOf(before, await repository.refs());
      if (changes.length > 0) this.recordPush(record, changes, by);
    });
  }

  #keepText(key: string, text: string): void {
    const [oldest] = this.#texts.keys();
    if (this.#texts.size >= KEPT_TEXTS) this.#texts.delete(oldest);
    this.#texts.set(key, text);
  }

  /** What the agent reads pipelines from. */
  files(): RepositoryFiles {
    const find = (name: string) => {
      const record = this.organization.findRepository(name);
      return record && existsSync(this.folderOf(record))
        ? this.open(record)
        : undefined;
    };
    return {
      resolveRef: async (repository, ref) =>
        find(repository)?.resolveCommit(ref),
      readFile: async (repository, commit, filePath) => {
        const bare = find(repository);
        if (!bare) return undefined;
        const key = `${bare.folder}\0${commit}\0${filePath}`;
        const kept = this.#texts.get(key);
        if (kept !== undefined) return kept;
        const text = (await bare.readFile(commit, filePath))?.toString('utf8');
        if (text !== undefined) this.#keepText(key, text);
        return text;
      },
    };
  }
}

function differenceOf(
  before: GitReference[],
  after: GitReference[],
): RefUpdateRecord[] {
  const old = new Map(before.map(ref => [ref.name, ref.objectId]));
  const now = new Map(after.map(ref => [ref.name, ref.objectId]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map(name => ({
      name,
      oldObjectId: old.get(name) ?? ZERO_ID,
      newObjectId: now.get(name) ?? ZERO_ID,
    }))
    .filter(change => change.oldObjectId !== change.newObjectId);
}
