import { posix } from 'path';
import { ExpandContext, RepositoryFiles, RunRepository } from '../contract';
import { toText } from '../expressions/values';
import { Problems, Refusal } from '../problems';
import { Lazy, LazyEntry, resolve, unexpectedKind } from '../template/expand';
import { Mark, Node, SourceFile } from '../yaml/node';
import { readYaml } from '../yaml/read-yaml';

const MAX_TEMPLATES = 100;

/** What goes along while one pipeline is read. */
export class Reading {
  readonly problems = new Problems();
  readonly repositories: RunRepository[] = [];
  readonly serviceConnections = new Set<string>();
  readonly environments = new Set<string>();
  private loaded = 0;

  constructor(
    private readonly files: RepositoryFiles,
    readonly context: ExpandContext,
  ) {}

  /** Reads the template that a reference such as `steps.yml` or `a/b.yml@platform` names. */
  async template(
    reference: string,
    mark: Mark,
  ): Promise<{ file: SourceFile; root: Node }> {
    this.loaded += 1;
    if (this.loaded > MAX_TEMPLATES) {
      throw Refusal.at(
        mark,
        `No more than ${MAX_TEMPLATES} templates may be used. Does a template include itself?`,
      );
    }
    const [path, alias] = reference.split('@');
    const from = mark.file;
    const name = alias ?? from.alias;
    const repository = this.repositories.find(
      known => known.alias.toLowerCase() === name.toLowerCase(),
    );
    if (!repository) {
      throw Refusal.in(from, `No repository found by name ${name}`);
    }
    // A path starts at the file that names it; one with an alias, or with a slash, at the root.
    const base =
      alias !== undefined || path.startsWith('/')
        ? ''
        : posix.dirname(from.path).slice(1);
    const inside = posix.join(base, path.replace(/^\/+/, ''));
    if (inside.startsWith('..')) {
      throw Refusal.in(from, `The file path ${path} is invalid`);
    }
    const absolute = `/${inside}`;
    return this.file(repository, absolute, from);
  }

  /** Reads a file of a repository. @param from - the file to name in the error, when it is missing */
  async file(
    repository: RunRepository,
    path: string,
    from?: SourceFile,
  ): Promise<{ file: SourceFile; root: Node }> {
    const file: SourceFile = {
      alias: repository.alias,
      repository: repository.name,
      commit: repository.commit,
      path,
    };
    const text = await this.files.readFile(
      repository.name,
      repository.commit,
      path.replace(/^\//, ''),
    );
    if (text === undefined) {
      const { organizationUrl, project } = this.context;
      const url = `${organizationUrl}${encodeURIComponent(
        project.name,
      )}/_git/${encodeURIComponent(repository.name)}`;
      throw Refusal.in(
        from ?? file,
        `File ${path} not found in repository ${url} branch ${repository.ref} version ${repository.commit}.`,
      );
    }
    return { file, root: readYaml(file, text) };
  }

  /** The commit of a ref. @throws Refusal when there is none */
  async commitOf(repository: string, ref: string, mark: Mark): Promise<string> {
    const commit = await this.files.resolveRef(repository, ref);
    if (commit) return commit;
    throw Refusal.at(
      mark,
      `The repository ${repository} or its ref ${ref} was not found in project ${this.context.project.name}. Create it, or correct 'name' and 'ref'.`,
    );
  }
}

/** A mapping's entries by key, with a check of the keys. */
export class Fields {
  private readonly byKey = new Map<string, LazyEntry>();

  /**
   * @param allowed - keys that may stand here, in their spelling; others are `Unexpected value`
   * @param refused - keys of Azure Pipelines that the sandbox does not carry out, with the reason
   */
  constructor(
    readonly mark: Mark,
    entries: LazyEntry[],
    allowed: readonly string[],
    refused: Readonly<Record<string, string>> = {},
  ) {
    for (const entry of entries) {
      const key = toText(entry.key.value);
      if (refused[key]) {
        throw Refusal.at(
          entry.key.mark,
          `'${key}' is not supported by the sandbox: ${refused[key]}`,
        );
      }
      if (!allowed.includes(key)) {
        throw Refusal.at(entry.key.mark, `Unexpected value '${key}'`);
      }
      this.byKey.set(key, entry);
    }
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  lazy(key: string): Lazy | undefined {
    return this.byKey.get(key)?.value;
  }

  /** Where a key's value stands. */
  at(key: string): Mark {
    return this.byKey.get(key)?.value.node.mark ?? this.mark;
  }

  text(key: string): string | undefined {
    const lazy = this.lazy(key);
    return lazy && textOf(lazy);
  }

  /** @throws Refusal for what is neither `true` nor `false` */
  boolean(key: string, otherwise: boolean): boolean {
    const text = this.text(key);
    if (text === undefined || text === '') return otherwise;
    if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    throw Refusal.at(
      this.at(key),
      text.startsWith('$')
        ? `'${key}' is known only when the run goes on ('${text}'), which the sandbox does not support here: write true or false`
        : `Expected a Boolean value, got '${text}'`,
    );
  }

  /** A whole number from zero. */
  count(key: string, otherwise: number): number {
    const text = this.text(key);
    if (text === undefined || text === '') return otherwise;
    if (/^\d+$/.test(text)) return Number(text);
    throw Refusal.at(
      this.at(key),
      `Expected a number for '${key}', got '${text}'`,
    );
  }
}

/** A scalar's text. @throws Refusal for a mapping or a sequence */
export function textOf(lazy: Lazy): string {
  const { node } = resolve(lazy);
  if (node.kind !== 'scalar') throw unexpectedKind(node);
  return toText(node.value);
}
