import { spawn, spawnSync } from 'child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'fs';
import path from 'path';
import { RECIPES } from '../recipes';
import { Running, watch } from './running';

const IMAGES = path.join(__dirname, '..', '..');

function buildah(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('buildah', args, {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new Error(`buildah ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** Whether images can be built and run by buildah here. */
export const hasBuildah = () =>
  spawnSync('buildah', ['images'], { stdio: 'ignore' }).status === 0;

/** Builds the targets of the Dockerfile over a base that is made of this machine's Node. */
export class Buildah {
  private readonly base = `localhost/moorline-test-base:${process.pid}`;
  private readonly made: string[] = [];

  /** @param folder - for files on the way */
  constructor(private readonly folder: string) {
    const root = path.join(folder, 'base');
    // As in distroless: Node, the libraries that it needs, and nothing else.
    const put = (source: string, target: string) => {
      const file = path.join(root, target);
      mkdirSync(path.dirname(file), { recursive: true });
      copyFileSync(source, file);
    };
    put(process.execPath, 'nodejs/bin/node');
    const { stdout } = spawnSync('ldd', [process.execPath], {
      encoding: 'utf8',
    });
    for (const [library] of stdout.matchAll(/\/\S+/g)) put(library, library);
    mkdirSync(path.join(root, 'tmp'));
    const container = buildah('from', 'scratch');
    buildah('add', '--quiet', container, root, '/');
    buildah('commit', '--quiet', container, this.base);
    buildah('rm', container);
    rmSync(root, { recursive: true });
  }

  /** Builds a target, with the files that its build stage would make, and gives its configuration and root folder. */
  async build(name: string) {
    const { layers } = await RECIPES[name]({
      version: '0.1.0',
      architecture: 'amd64',
    });
    const files = path.join(this.folder, 'files');
    for (const { path: relative, content } of layers.flat()) {
      const file = path.join(files, 'out', name, relative);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content ?? '');
    }
    const tag = `localhost/moorline-test-${name}:${process.pid}`;
    buildah(
      'build',
      '--pull-never',
      '--format=docker',
      '--network=host',
      `--file=${path.join(IMAGES, 'Dockerfile')}`,
      `--target=${name}`,
      '--build-arg=VERSION=0.1.0',
      `--build-arg=NODE_IMAGE=${this.base}`,
      `--build-context=files=${files}`,
      `--tag=${tag}`,
      files,
    );
    const container = buildah('from', '--pull-never', tag);
    this.made.push(container);
    const { Docker } = JSON.parse(buildah('inspect', container)) as {
      Docker: { config: Record<string, unknown> };
    };
    return {
      config: Docker.config,
      root: buildah('mount', container),
      start: (env: Record<string, string>, args: string[]): Running =>
        watch(
          spawn('buildah', [
            'run',
            '--network=host',
            ...Object.entries(env).map(pair => `--env=${pair.join('=')}`),
            container,
            ...(Docker.config.Entrypoint as string[]),
            ...args,
          ]),
        ),
    };
  }

  /** Removes containers and images that were made here. */
  remove(): void {
    for (const container of this.made) buildah('rm', container);
    const own = buildah('images', '--format={{.Name}}:{{.Tag}}')
      .split('\n')
      .filter(name => name.endsWith(`:${process.pid}`));
    if (own.length > 0) buildah('rmi', '--force', ...own);
  }
}
