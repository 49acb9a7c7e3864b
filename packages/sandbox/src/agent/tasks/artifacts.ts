import { copyFile, mkdir, readdir, realpath, stat } from 'fs/promises';
import { basename, dirname, join, posix, resolve, sep } from 'path';
import { globToRegExp } from './glob';
import {
  TaskContext,
  TaskFailure,
  TaskRunner,
  needed,
  sourcesOf,
} from './task-context';

interface ArtifactFile {
  /** Absolute path. */
  from: string;
  /** Path in the artifact, with slashes. */
  path: string;
  size: number;
}

/** `publish:` and PublishPipelineArtifact@1. */
export const publishArtifact: TaskRunner = async context => {
  const target = resolve(sourcesOf(context), needed(context, 'targetPath'));
  const name = artifactName(context);
  const found = await stat(target).catch(() => undefined);
  if (!found) throw new TaskFailure(`Path does not exist: ${target}`);
  const files = found.isDirectory()
    ? await listFiles(target)
    : [{ from: target, path: basename(target), size: found.size }];
  if (files.some(file => basename(file.path) === '.artifactignore')) {
    throw new TaskFailure(
      '.artifactignore is not supported by the sandbox. Put only what is wanted into a folder and publish that',
    );
  }
  if (files.length === 0)
    throw new TaskFailure(`Nothing to publish in ${target}`);
  const folder = join(context.options.artifactsFolder, name);
  await mkdir(context.options.artifactsFolder, { recursive: true });
  // Making the folder is the claim on the name: two jobs cannot both publish it.
  await mkdir(folder).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new TaskFailure(
      `Artifact ${name} already exists for build ${context.options.run.id}.`,
    );
  });
  context.log(`Uploading ${files.length} file(s) from ${target}`);
  await copyFiles(files, folder, context);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  context.published({ name, folder, size });
  context.log(
    `Associated artifact ${name} with build ${context.options.run.id}`,
  );
};

/** `download: current` and DownloadPipelineArtifact@2 of the current run. */
export const downloadArtifact: TaskRunner = async context => {
  const { artifactName: name, itemPattern } = context.inputs;
  const folder = context.options.artifactsFolder;
  const target = resolve(
    context.workspace.build,
    context.inputs.targetPath || context.workspace.build,
  );
  const patterns = (itemPattern || '**')
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const expression = globToRegExp(line);
      if (expression) return expression;
      throw new TaskFailure(
        `The pattern '${line}' is not supported by the sandbox: use **, * and ?`,
      );
    });
  const published = await readdir(folder).catch((): string[] => []);
  if (name && !published.includes(name)) {
    throw new TaskFailure(
      `Artifact ${name} was not found for build ${context.options.run.id}.`,
    );
  }
  if (published.length === 0) {
    context.log('The run has no artifacts yet: nothing to download.');
    return;
  }
  let count = 0;
  for (const artifact of name ? [name] : published) {
    const files = await listFiles(join(folder, artifact));
    // Patterns see the artifact's name in front when all artifacts are downloaded.
    const wanted = files.filter(file =>
      patterns.some(pattern =>
        pattern.test(name ? file.path : `${artifact}/${file.path}`),
      ),
    );
    await copyFiles(wanted, name ? target : join(target, artifact), context);
    context.log(`Downloaded ${wanted.length} file(s) of artifact ${artifact}`);
    count += wanted.length;
  }
  context.log(`Downloaded ${count} file(s) to ${target}`);
};

function artifactName(context: TaskContext): string {
  const name =
    context.inputs.artifact ||
    context.variables.get('System.JobIdentifier') ||
    '';
  if (name === '.' || name === '..' || /[\\/":<>|*?\0]/.test(name)) {
    throw new TaskFailure(
      `'${name}' cannot be the name of an artifact: it may not hold \\ / " : < > | * ?`,
    );
  }
  return name;
}

/** Every file under a folder; `.git` folders stay behind, and links are followed inside the folder only. */
async function listFiles(root: string): Promise<ArtifactFile[]> {
  const top = await realpath(root);
  const files: ArtifactFile[] = [];
  const walk = async (folder: string, prefix: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
      const path = posix.join(prefix, entry.name);
      const from = await realpath(join(folder, entry.name));
      if (from !== top && !from.startsWith(top + sep)) {
        throw new TaskFailure(
          `${path} is a link to ${from}, outside the folder: publish the file itself`,
        );
      }
      const found = await stat(from);
      if (found.isDirectory()) {
        if (entry.isSymbolicLink()) {
          throw new TaskFailure(
            `${path} is a link to a folder, which cannot be published`,
          );
        }
        if (entry.name !== '.git') await walk(from, path);
      } else if (found.isFile()) {
        files.push({ from, path, size: found.size });
      }
    }
  };
  await walk(top, '');
  return files;
}

async function copyFiles(
  files: ArtifactFile[],
  target: string,
  context: TaskContext,
): Promise<void> {
  for (const file of files) {
    if (context.signal.aborted)
      throw new TaskFailure('The operation was canceled.');
    const to = join(target, file.path);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(file.from, to);
  }
}
