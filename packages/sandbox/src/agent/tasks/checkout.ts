import { mkdir } from 'fs/promises';
import { join, relative, resolve } from 'path';
import { RunRepository } from '../contract';
import { overrideBackends } from './backend-override';
import {
  TaskContext,
  TaskFailure,
  TaskRunner,
  flag,
  needed,
} from './task-context';

const DEFAULT_DEPTH = '1';

/** `checkout:` by real git over HTTPS; the token goes in by environment, never by argument or log. */
export const checkout: TaskRunner = async context => {
  const alias = needed(context, 'repository');
  const repository = context.pipeline.repositories.find(
    known => known.alias === alias,
  );
  if (!repository)
    throw new TaskFailure(`No repository found by name ${alias}`);
  const folder = targetFolder(context, repository);
  await mkdir(folder, { recursive: true });
  const url = context.options.cloneUrl(repository.name);
  context.log(
    `Syncing repository: ${repository.name} (Git) at ${repository.ref}`,
  );
  const git = gitIn(context, folder);
  await git('init', '--quiet', folder);
  await git('remote', 'add', 'origin', url);
  await git('config', 'gc.auto', '0');
  await fetchCommit(context, git, repository);
  await git(
    '-c',
    'advice.detachedHead=false',
    'checkout',
    '--progress',
    '--force',
    repository.commit,
  );
  if (flag(context, 'persistCredentials')) {
    await git(
      'config',
      `http.${url}.extraheader`,
      `AUTHORIZATION: bearer ${context.options.accessToken}`,
    );
  }
  if (repository.alias === 'self' || context.checkouts === 1) {
    context.variables.set('Build.Repository.LocalPath', folder);
  }
  if (context.checkouts === 1) {
    context.variables.set('Build.SourcesDirectory', folder);
    context.variables.set('System.DefaultWorkingDirectory', folder);
  }
  const overrides = await overrideBackends(
    folder,
    context.options.terraformStateFolder,
    repository.name,
  );
  for (const override of overrides) {
    context.log(
      `Terraform state of ${override.folder} is kept on this machine: wrote backend_override.tf (${override.statePath})`,
    );
  }
};

type Git = (...args: string[]) => Promise<void>;

/** One checkout goes to `s`, several to `s/<name>`. */
function targetFolder(context: TaskContext, repository: RunRepository): string {
  const { build, sources } = context.workspace;
  const given = context.inputs.path;
  if (given) {
    const folder = resolve(build, given);
    if (relative(build, folder).startsWith('..')) {
      throw new TaskFailure(
        `The checkout path '${given}' must be inside ${build}`,
      );
    }
    return folder;
  }
  return context.checkouts > 1 ? join(sources, repository.name) : sources;
}

function gitIn(context: TaskContext, folder: string): Git {
  const { git } = context.options.tools;
  return async (...args) => {
    const outcome = await context.run({
      command: git,
      args,
      shown: ['git', ...args].join(' '),
      cwd: folder,
      env: {
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.extraheader',
        GIT_CONFIG_VALUE_0: `AUTHORIZATION: bearer ${context.options.accessToken}`,
      },
    });
    if (outcome.code !== 0) {
      const verb = args.find(arg => /^[a-z]+$/.test(arg)) ?? args[0];
      throw new TaskFailure(
        `Git ${verb} failed with exit code: ${outcome.code}`,
      );
    }
  };
}

async function fetchCommit(
  context: TaskContext,
  git: Git,
  { commit, ref }: RunRepository,
): Promise<void> {
  const depth = context.inputs.fetchDepth || DEFAULT_DEPTH;
  const depthArgs = depth === '0' ? [] : [`--depth=${depth}`];
  const tags = flag(context, 'fetchTags') ? '--tags' : '--no-tags';
  const name = ref.replace(/^refs\/(heads\/)?/, '');
  await git(
    'fetch',
    '--force',
    tags,
    '--prune',
    '--progress',
    '--no-recurse-submodules',
    'origin',
    ...depthArgs,
    `+${commit}:refs/remotes/origin/${name}`,
  );
}
