import { spawnSync } from 'child_process';

/** Makes what follows in a command line die with the process that starts it, however that one ends. */
export const DIES_WITH_PARENT = ['setpriv', '--pdeathsig=KILL', '--'];

/** Namespaces of a container; its processes are the children of the one that this becomes, and die with it. */
export const NAMESPACES = [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  '--pid',
  '--uts',
  '--ipc',
  '--fork',
  '--kill-child=KILL',
  '--',
];

/** Everything that starting a container needs: mounts of its own, /proc, another user inside. */
const ATTEMPT =
  'mount -t proc proc /proc && exec unshare --user --map-user=999 --map-group=999 true';

let answer: { reason?: string } | undefined;

/**
 * Why this machine cannot run containers without a container engine; undefined when it can. It needs Linux, util-linux, and
 * namespaces that the user may make.
 */
export function whyNoContainers(): string | undefined {
  answer ??= { reason: find() };
  return answer.reason;
}

function find(): string | undefined {
  if (process.platform !== 'linux') {
    return 'processes of pods need the namespaces of Linux; use a Linux machine, a virtual one or WSL 2';
  }
  const [command, ...args] = [...DIES_WITH_PARENT, ...NAMESPACES];
  const { status, stderr, error } = spawnSync(
    command,
    [...args, '/bin/sh', '-c', ATTEMPT],
    { encoding: 'utf8' },
  );
  if (status === 0) return undefined;
  const [why] = (error?.message ?? stderr).trim().split('\n');
  return `this user may not make namespaces (${why}); allow them, for example by "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" on Ubuntu, or run outside of a container`;
}
