import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'fs';
import path from 'path';
import { MachinePath } from './machine';

/** A file or folder of this machine at a place in a container. */
export interface Mount extends MachinePath {
  readOnly: boolean;
}

/** What a container's file system is put together from; what comes first here covers what comes later. */
export interface RootSources {
  /** Volumes and the container's own files. */
  mounts: Mount[];
  /** The folder with the image's unpacked layers. */
  image: string;
  /** The image cannot be written to; otherwise the container has a copy of it. */
  readOnly: boolean;
  machine: MachinePath[];
  links: Record<string, string>;
}

const DEVICES = ['full', 'null', 'random', 'tty', 'urandom', 'zero'];
const SHARED_MEMORY = '/dev/shm';
const STREAMS = ['stdin', 'stdout', 'stderr'];

const isFolder = (file: string) =>
  existsSync(file) && lstatSync(file).isDirectory();

/** Whether a path is another or lies below it. */
const within = (file: string, folder: string) =>
  file === folder || file.startsWith(folder === '/' ? '/' : `${folder}/`);

/**
 * Lays sources over each other without a file system that could: where only one of them has a path, it is mounted (or, if
 * it can be written to, copied) as a whole; where several have it, it becomes a folder and the same is done for what is in it.
 */
class Composer {
  readonly mounted: Mount[] = [];

  constructor(
    private readonly root: string,
    private readonly sources: RootSources,
  ) {}

  compose(target: string): void {
    const { mounts, image, readOnly } = this.sources;
    const place = path.join(this.root, target);
    const mount = mounts.find(each => each.target === target);
    if (mount) {
      this.mount(mount);
      // What is to be inside of a volume gets its place there.
      for (const inner of mounts) {
        if (inner !== mount && within(inner.target, target))
          this.inside(inner, mount);
      }
      return;
    }
    const inImage = path.join(image, target);
    const imageHas = existsSync(inImage) || isLink(inImage);
    const whole = this.machine(target);
    const more = this.below(target);
    const single = Number(imageHas) + Number(whole !== undefined) < 2;
    if (single && !more.length) {
      if (whole) this.mount({ source: whole, target, readOnly: true });
      else if (isLink(inImage) || !readOnly) copy(inImage, place);
      else this.mount({ source: inImage, target, readOnly: true });
      return;
    }
    if (imageHas && !isFolder(inImage)) {
      copy(inImage, place);
      return;
    }
    mkdirSync(place, { recursive: true });
    const children = new Set(more);
    for (const folder of [inImage, whole]) {
      if (folder && isFolder(folder)) {
        readdirSync(folder).forEach(name => children.add(name));
      }
    }
    for (const name of children) this.compose(path.join(target, name));
  }

  /** The machine's file at a path. */
  private machine(target: string): string | undefined {
    const found = this.sources.machine.find(each =>
      within(target, each.target),
    );
    if (!found) return undefined;
    const file = path.join(found.source, path.relative(found.target, target));
    return existsSync(file) ? file : undefined;
  }

  /** Names in a folder below which something is to be mounted. */
  private below(folder: string): string[] {
    return [...this.sources.mounts, ...this.sources.machine]
      .filter(({ target }) => target !== folder && within(target, folder))
      .map(({ target }) => path.relative(folder, target).split('/')[0]);
  }

  private mount(mount: Mount): void {
    placeFor(mount.source, path.join(this.root, mount.target));
    this.mounted.push(mount);
  }

  private inside(inner: Mount, outer: Mount): void {
    placeFor(
      inner.source,
      path.join(outer.source, path.relative(outer.target, inner.target)),
    );
    this.mounted.push(inner);
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function copy(source: string, target: string): void {
  cpSync(source, target, { recursive: true, verbatimSymlinks: true });
}

/** Something to mount a file or a folder on. */
function placeFor(source: string, place: string): void {
  if (existsSync(place)) return;
  // What a link leads to is what is mounted.
  if (statSync(source).isDirectory()) {
    mkdirSync(place, { recursive: true });
  } else {
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, '');
  }
}

function devices(root: string): Mount[] {
  const folder = path.join(root, 'dev');
  mkdirSync(path.join(root, SHARED_MEMORY), { recursive: true });
  symlinkSync('/proc/self/fd', path.join(folder, 'fd'));
  STREAMS.forEach((name, i) =>
    symlinkSync(`/proc/self/fd/${i}`, path.join(folder, name)),
  );
  return DEVICES.map(name => ({
    source: `/dev/${name}`,
    target: `/dev/${name}`,
    readOnly: false,
  }));
}

/**
 * Lays out a container's file system in an empty folder.
 * @returns what is to be mounted there, in this order
 */
export function composeRoot(root: string, sources: RootSources): Mount[] {
  ['dev', 'etc', 'proc', 'tmp', 'var', '.machine'].forEach(name =>
    mkdirSync(path.join(root, name), { recursive: true }),
  );
  chmodSync(path.join(root, 'tmp'), 0o1777);
  const composer = new Composer(root, {
    ...sources,
    mounts: [...devices(root), ...sources.mounts],
  });
  composer.compose('/');
  for (const [file, target] of Object.entries(sources.links)) {
    const link = path.join(root, file);
    if (isLink(link) || existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
  return composer.mounted;
}

const unescape = (text: string) =>
  text.replace(/\\(\d{3})/g, (_all, code) =>
    String.fromCharCode(parseInt(code, 8)),
  );

/** Restrictions of the file system that a file is on; inside of a user namespace they have to be repeated. */
function restrictionsOf(file: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => line.split(' '))
    .filter(([, , , , place = '']) => place && within(file, unescape(place)))
    .sort((a, b) => a[4].length - b[4].length);
  const options = mounts[mounts.length - 1]?.[5].split(',') ?? [];
  return options.filter(name => ['nosuid', 'nodev', 'noexec'].includes(name));
}
const escape = (text: string) =>
  text.replace(
    /[\s\\#]/g,
    letter => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );

/** The mounts of a container in the form of /etc/fstab, so that one program makes them all. */
export function mountTable(root: string, mounts: Mount[]): string {
  const lines = mounts.map(({ source, target, readOnly }) => {
    const options = [
      'rbind',
      ...(readOnly ? ['ro', ...restrictionsOf(source)] : []),
    ];
    const place = path.join(root, target);
    return `${escape(source)} ${escape(place)} none ${options.join(',')} 0 0`;
  });
  const own = escape(root);
  const shared = mounts.some(({ target }) => target === SHARED_MEMORY)
    ? []
    : [`tmpfs ${own}${SHARED_MEMORY} tmpfs size=64m,nosuid,nodev,noexec 0 0`];
  return [
    `${own} ${own} none bind 0 0`,
    ...shared,
    ...lines,
    `proc ${own}/proc proc nosuid,nodev,noexec 0 0`,
    '',
  ].join('\n');
}
