import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { findProgram } from '../../find-program';
import {
  ExpandContext,
  RepositoryFiles,
  RunArtifact,
  RunListener,
  RunOptions,
  TimelineRecord,
} from '../contract';

/** Repository files in memory: `{ environments: { 'azure-pipelines.yml': '…' } }`. */
export function memoryFiles(
  repositories: Record<string, Record<string, string>>,
): RepositoryFiles {
  return {
    resolveRef: async repository =>
      repositories[repository] ? '1'.repeat(40) : undefined,
    readFile: async (repository, _commit, path) =>
      repositories[repository]?.[path],
  };
}

/** Real git repositories in a temporary folder, with a reader of their files. */
export class GitFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'agent-test-'));

  /** Commits files to `main` of a new repository and tags it v0.1.0. */
  add(repository: string, files: Record<string, string>): void {
    const folder = this.url(repository);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '-A');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'first');
    git('tag', 'v0.1.0');
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  }

  url(repository: string): string {
    return join(this.folder, 'git', repository);
  }

  get files(): RepositoryFiles {
    const git = (repository: string, ...args: string[]) => {
      try {
        return execFileSync('git', ['-C', this.url(repository), ...args], {
          stdio: 'pipe',
          encoding: 'utf8',
        });
      } catch {
        return undefined;
      }
    };
    return {
      resolveRef: async (repository, ref) =>
        git(repository, 'rev-parse', '--verify', `${ref}^{commit}`)?.trim(),
      readFile: async (repository, commit, path) =>
        git(repository, 'show', `${commit}:${path}`),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The real git. */
export const GIT = findProgram('git') ?? 'git';

export const CONTEXT: ExpandContext = {
  organizationUrl: 'https://localhost:7443/moorline/',
  project: {
    id: '00000000-0000-4000-8000-0000000000b1',
    name: 'environments-platform',
  },
  pipeline: { id: 7, name: 'environment-orders' },
  variables: {},
  serviceConnections: ['moorline-plan', 'moorline-apply'],
};

/** Keeps what a run reports. */
export class Recorder implements RunListener {
  readonly records = new Map<string, TimelineRecord>();
  readonly logs = new Map<string, string[]>();
  readonly artifacts: RunArtifact[] = [];
  readonly summaries: string[] = [];
  readonly tags: string[] = [];
  onLine: (line: string) => void = () => {};

  record(record: TimelineRecord): void {
    const known = this.records.get(record.id);
    if (known?.state === 'completed') {
      throw new Error(`${record.name} was reported after its end`);
    }
    this.records.set(record.id, record);
  }

  log(recordId: string, lines: string[]): void {
    this.logs.set(recordId, [...(this.logs.get(recordId) ?? []), ...lines]);
    lines.forEach(line => this.onLine(line));
  }

  artifact(artifact: RunArtifact): void {
    this.artifacts.push(artifact);
  }

  summary({ markdown }: { markdown: string }): void {
    this.summaries.push(markdown);
  }

  tag(tag: string): void {
    this.tags.push(tag);
  }

  find(type: TimelineRecord['type'], name: string): TimelineRecord {
    const found = [...this.records.values()].find(
      record => record.type === type && record.name === name,
    );
    if (!found) throw new Error(`There is no ${type} '${name}'`);
    return found;
  }

  /** The log of a step by its title. */
  text(name: string): string {
    return (this.logs.get(this.find('Task', name).id) ?? []).join('\n');
  }

  /** Everything that was ever logged. */
  get all(): string {
    return [...this.logs.values()].flat().join('\n');
  }

  /** `Stage plan` → result, for a glance at the whole. */
  results(type: TimelineRecord['type']): Record<string, string | undefined> {
    return Object.fromEntries(
      [...this.records.values()]
        .filter(record => record.type === type)
        .map(record => [record.name, record.result]),
    );
  }
}

/** Options of a run that works under a folder. */
export function runOptions(
  folder: string,
  extra: Partial<RunOptions> = {},
): RunOptions {
  return {
    run: {
      id: 42,
      number: '20261121.1',
      queuedAt: new Date('2026-11-21T10:00:00Z'),
      requestedFor: { id: 'u1', displayName: 'Ada Lovelace' },
      reason: 'manual',
    },
    context: CONTEXT,
    accessToken: 'token-of-the-run',
    cloneUrl: repository => join(folder, 'git', repository),
    serviceConnections: [
      {
        id: 'c1',
        name: 'moorline-plan',
        type: 'azurerm',
        tenantId: 'tenant-1',
        subscriptionId: 'subscription-1',
        subscriptionName: 'Moorline',
        servicePrincipalId: 'principal-1',
        idToken: async () => 'federated-token',
      },
    ],
    kubeconfig: () => undefined,
    tools: { git: GIT },
    environment: {},
    workFolder: join(folder, 'work'),
    artifactsFolder: join(folder, 'artifacts'),
    terraformStateFolder: join(folder, 'terraform-state'),
    signal: new AbortController().signal,
    ...extra,
  };
}
