import { ChildProcess, spawn } from 'child_process';
import { readFileSync } from 'fs';
import { constants } from 'os';
import { DIES_WITH_PARENT, NAMESPACES } from './isolation';

/** How to start a container's process. */
export interface LaunchOptions {
  /** Folder in which the container's file system is laid out. */
  root: string;
  /** File in the form of /etc/fstab with what is mounted there. */
  mountTable: string;
  readOnlyRoot: boolean;
  hostname: string;
  /** User and group that the processes have inside. */
  user: number;
  group: number;
  workingFolder: string;
  command: string[];
  variables: Record<string, string>;
  /** Hears what the process writes. */
  output: (stream: 'stdout' | 'stderr', data: Buffer) => void;
}

/** How a process ended. */
export interface Ending {
  /** As a shell has it: 128 and the signal's number where one ended it. */
  exitCode: number;
}

/** How a command ended that was run in a container. */
export interface ExecResult extends Ending {
  /** What it wrote to both streams. */
  output: string;
  timedOut: boolean;
}

/** A command could not be started; the message is what a container runtime says of it. */
export class StartError extends Error {}

const SYSTEM_PATH =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const STARTED = 'started';
const OUTPUT_LIMIT = 10 * 1024;

/**
 * Goes on as the container's process. Its parameters: user, group, working folder, PATH, and the command. Messages go to the
 * descriptor 3; the last is "started" when all is well.
 */
const BECOME = `
user=$1 group=$2 folder=$3 path=$4; shift 4
cd "$folder" 2>/dev/null || { echo "chdir to cwd (\\"$folder\\") set in config.json failed: no such file or directory" >&3; exit 128; }
export PATH="$path"
case $1 in
*/*) [ -e "$1" ] || { echo "exec: \\"$1\\": stat $1: no such file or directory" >&3; exit 128; }
  [ -x "$1" ] && [ ! -d "$1" ] || { echo "exec: \\"$1\\": permission denied" >&3; exit 128; } ;;
*) command -v -- "$1" >/dev/null || { echo "exec: \\"$1\\": executable file not found in \\$PATH" >&3; exit 128; } ;;
esac
unset OLDPWD
echo ${STARTED} >&3
exec "$setpriv" --no-new-privs $dies -- "$unshare" --user --map-user="$user" --map-group="$group" -- "$@" 3>&-
`;

const TOOLS = `PATH=${SYSTEM_PATH}; setpriv=$(command -v setpriv); unshare=$(command -v unshare)`;

/**
 * Makes the file system and enters it. What of /proc acts on the whole machine cannot be written to, also where the sandbox
 * is root's. Its first parameters: the table of mounts, the root, `ro` or `rw`, and the host's name.
 */
const ENTER = `
${TOOLS}; dies=
enter() {
  mount --all --fstab "$1" && cd "$2" || return
  for file in sys sysrq-trigger bus fs irq; do
    [ ! -e "/proc/$file" ] || mount -o bind,ro "/proc/$file" "proc/$file" || return
  done
  { hostname "$4" || :; } 2>/dev/null
  pivot_root . .machine && umount -l /.machine && { [ "$3" = rw ] || mount -o "remount,bind,$3" /; }
}
enter "$@" 2>&3 >&3 || exit 128
shift 4
${BECOME}`;

/** Names that a shell does not hand on, or that would act on the programs that prepare a container. */
const isAwkward = (name: string) =>
  !/^[A-Za-z_]\w*$/.test(name) ||
  /^(LD_.*|BASH_.*|ENV|IFS|PS\d|OPTIND|PWD|OLDPWD|PPID|SHELLOPTS|POSIXLY_CORRECT|LIBMOUNT_.*)$/.test(
    name,
  );

/** A command with variables that a shell in between would not hand on: they travel by another name. */
function withVariables(command: string[], variables: Record<string, string>) {
  const names = Object.keys(variables).filter(name => name !== 'PATH');
  const awkward = names.filter(isAwkward);
  const travelling = (name: string) =>
    `MOORLINE_VARIABLE_${awkward.indexOf(name)}`;
  const environment = Object.fromEntries(
    names.map(name => [
      isAwkward(name) ? travelling(name) : name,
      variables[name],
    ]),
  );
  if (!awkward.length) return { command, environment };
  const unset = awkward.map(name => `-u ${travelling(name)}`);
  const set = awkward.map(name => `'${name}='"$${travelling(name)}"`);
  const script = `exec env ${[...unset, ...set].join(' ')} "$@"`;
  return { command: ['/bin/sh', '-c', script, 'sh', ...command], environment };
}

const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null) =>
  code ?? 128 + (signal ? constants.signals[signal] : 0);

/** Waits until a container's command runs. @throws StartError when it does not come to that */
function untilStarted(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const messages = child.stdio[3];
    messages?.on('data', data => {
      text += data;
      if (text.endsWith(`${STARTED}\n`)) resolve();
    });
    messages?.once('close', () => reject(new StartError(text.trim())));
    child.once('error', error => reject(new StartError(error.message)));
  });
}

/** The process of a container, with namespaces of its own; it ends with this process at the latest. */
export class ContainerProcess {
  /** When it ended, and what it wrote has been heard. */
  readonly ended: Promise<Ending>;
  /** When the container's own command runs. Rejects with a {@link StartError}. */
  readonly started: Promise<void>;
  private readonly child: ChildProcess;
  private running = true;

  constructor(private readonly options: LaunchOptions) {
    const { command, environment } = withVariables(
      options.command,
      options.variables,
    );
    const { root, mountTable, readOnlyRoot, hostname } = options;
    const [program, ...args] = [
      ...DIES_WITH_PARENT,
      ...NAMESPACES,
      ...['/bin/sh', '-c', ENTER, 'sh'],
      ...[mountTable, root, readOnlyRoot ? 'ro' : 'rw', hostname],
      ...this.becoming(command),
    ];
    this.child = spawn(program, args, {
      env: environment,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', data => options.output('stdout', data));
    this.child.stderr?.on('data', data => options.output('stderr', data));
    this.started = untilStarted(this.child);
    this.ended = new Promise(resolve => {
      this.child.once('error', () => resolve({ exitCode: 128 }));
      this.child.once('close', (code, signal) =>
        resolve({ exitCode: exitCodeOf(code, signal) }),
      );
    });
    void this.ended.then(() => (this.running = false));
  }

  private becoming(command: string[]): string[] {
    const { user, group, workingFolder, variables } = this.options;
    return [
      String(user),
      String(group),
      workingFolder,
      variables.PATH ?? SYSTEM_PATH,
      ...command,
    ];
  }

  /** Sends a signal to the container's first process; one that has ended is left alone. */
  signal(signal: NodeJS.Signals): void {
    if (!this.running) return;
    if (signal === 'SIGKILL') {
      // The container ends with its parent, which ends with the right exit code then.
      this.child.kill(signal);
      return;
    }
    const pid = this.firstProcess();
    if (pid) process.kill(pid, signal);
  }

  /** The container's first process, as this machine counts. */
  private firstProcess(): number | undefined {
    const { pid } = this.child;
    try {
      const children = readFileSync(
        `/proc/${pid}/task/${pid}/children`,
        'utf8',
      );
      return Number(children.split(' ')[0]) || undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Runs a command in the container, as its user and with its variables.
   * @param seconds - ends it when it takes longer
   */
  async exec(command: string[], seconds: number): Promise<ExecResult> {
    const { command: full, environment } = withVariables(
      command,
      this.options.variables,
    );
    const { pid } = this.child;
    const namespace = (name: string, file = name) =>
      `--${name}=/proc/${pid}/ns/${file}`;
    const [program, ...args] = [
      ...DIES_WITH_PARENT,
      'nsenter',
      namespace('user'),
      namespace('mount', 'mnt'),
      namespace('pid', 'pid_for_children'),
      namespace('uts'),
      namespace('ipc'),
      '--preserve-credentials',
      '--',
      ...['/bin/sh', '-c', `${TOOLS}; dies=--pdeathsig=KILL\n${BECOME}`, 'sh'],
      ...this.becoming(full),
    ];
    const child = spawn(program, args, {
      env: environment,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const started = untilStarted(child);
    let output = '';
    const hear = (data: Buffer) => {
      if (output.length < OUTPUT_LIMIT) output += data;
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    const exitCode = await new Promise<number>(resolve => {
      child.once('error', () => resolve(128));
      child.once('close', (code, signal) => resolve(exitCodeOf(code, signal)));
    });
    clearTimeout(timer);
    const failure = await started.then(
      () => undefined,
      (error: StartError) => error.message,
    );
    return { exitCode, output: failure ?? output, timedOut };
  }
}
