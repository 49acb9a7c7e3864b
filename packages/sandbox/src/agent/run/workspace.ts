import { mkdir, rm, symlink } from 'fs/promises';
import { join } from 'path';
import { ToolPaths } from '../contract';

/** The folders of one job, laid out as Azure's agent has them. */
export interface Workspace {
  /** Everything of the job; removed with it. */
  root: string;
  /** Agent.WorkFolder. */
  work: string;
  /** Agent.BuildDirectory and Pipeline.Workspace. */
  build: string;
  /** Build.SourcesDirectory. */
  sources: string;
  /** Build.ArtifactStagingDirectory. */
  staging: string;
  /** Build.BinariesDirectory. */
  binaries: string;
  testResults: string;
  /** Agent.TempDirectory. */
  temp: string;
  /** Agent.ToolsDirectory. */
  tools: string;
  /** A home of its own, so that no setting of the person's reaches a step. */
  home: string;
  /** First on PATH: links to the real tools. */
  bin: string;
}

/** Makes the empty folders of a job and the links to the tools. */
export async function makeWorkspace(
  root: string,
  tools: ToolPaths,
): Promise<Workspace> {
  await rm(root, { recursive: true, force: true });
  const work = join(root, 'work');
  const build = join(work, '1');
  const workspace: Workspace = {
    root,
    work,
    build,
    sources: join(build, 's'),
    staging: join(build, 'a'),
    binaries: join(build, 'b'),
    testResults: join(build, 'TestResults'),
    temp: join(work, '_temp'),
    tools: join(work, '_tool'),
    home: join(root, 'home'),
    bin: join(root, 'bin'),
  };
  for (const folder of Object.values(workspace)) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  // Microsoft's Linux images have Node.js; here it is the one that runs the sandbox.
  const links = { node: process.execPath, ...tools };
  for (const [name, path] of Object.entries(links)) {
    if (path) await symlink(path, join(workspace.bin, name));
  }
  return workspace;
}

/** Removes all that a job left on the disk. */
export async function removeWorkspace({ root }: Workspace): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
}
