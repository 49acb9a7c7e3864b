import { randomUUID } from 'crypto';
import { mkdir, stat, writeFile } from 'fs/promises';
import { dirname, isAbsolute, join, resolve } from 'path';
import {
  TaskContext,
  TaskFailure,
  TaskRunner,
  flag,
  needed,
  sourcesOf,
} from './task-context';

const SHELL = '/bin/bash';

/** `bash:` and Bash@3. */
export const bash: TaskRunner = async context => {
  const inline =
    (context.inputs.targetType ?? 'filePath').toLowerCase() === 'inline';
  const script = inline
    ? await scriptFile(context, context.inputs.script ?? '')
    : await existing(context, needed(context, 'filePath'));
  const env: Record<string, string> = context.inputs.bashEnvValue
    ? { BASH_ENV: context.inputs.bashEnvValue }
    : {};
  await runScript(context, {
    name: 'Bash',
    args: inline ? [script] : [script, ...words(context.inputs.arguments)],
    cwd: await workingDirectory(context, 'workingDirectory'),
    failOnStderr: flag(context, 'failOnStderr'),
    env,
  });
};

/** `script:` and CmdLine@2. */
export const cmdLine: TaskRunner = async context => {
  const script = await scriptFile(context, context.inputs.script ?? '');
  await runScript(context, {
    name: 'Bash',
    args: ['--noprofile', '--norc', script],
    cwd: await workingDirectory(context, 'workingDirectory'),
    failOnStderr: flag(context, 'failOnStderr'),
    env: {},
  });
};

interface Script {
  /** The name that messages begin with. */
  name: string;
  args: string[];
  cwd: string;
  failOnStderr: boolean;
  env: Record<string, string>;
}

/** Runs bash on a script. @throws TaskFailure when its exit code is not zero */
export async function runScript(
  context: TaskContext,
  { name, args, cwd, failOnStderr, env }: Script,
): Promise<void> {
  context.log('Generating script.');
  context.log(
    '========================== Starting Command Output ===========================',
  );
  const outcome = await context.run({
    command: SHELL,
    args,
    shown: [SHELL, ...args].join(' '),
    cwd,
    env,
    failOnStderr,
  });
  if (outcome.code !== 0) {
    throw new TaskFailure(`${name} exited with code '${outcome.code}'.`);
  }
  if (failOnStderr && outcome.stderr.length > 0) {
    throw new TaskFailure(
      `${name} wrote one or more lines to the standard error stream.`,
    );
  }
}

/** Writes an inline script where only this user can read it: macros may have put secrets into it. */
export async function scriptFile(
  context: TaskContext,
  script: string,
): Promise<string> {
  const path = join(context.workspace.temp, `${randomUUID()}.sh`);
  await writeFile(path, script.replace(/\r\n/g, '\n'), { mode: 0o700 });
  return path;
}

/** The folder a script runs in; made when it is missing, as by the real tasks. */
export async function workingDirectory(
  context: TaskContext,
  input: string,
  otherwise = sourcesOf(context),
): Promise<string> {
  const given = context.inputs[input];
  const path = given ? resolve(sourcesOf(context), given) : otherwise;
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory()) {
    throw new TaskFailure(`The working directory ${path} is not a folder`);
  }
  await mkdir(path, { recursive: true });
  return path;
}

/** An absolute path of a file of the job. @throws TaskFailure when it is not there */
export async function existing(
  context: TaskContext,
  path: string,
): Promise<string> {
  const absolute = isAbsolute(path) ? path : resolve(sourcesOf(context), path);
  if (!(await stat(absolute).catch(() => undefined))) {
    throw new TaskFailure(`Not found ${path}: there is no ${absolute}`);
  }
  return absolute;
}

/** Folder of a script, where AzureCLI@2 runs a script file. */
export function folderOf(path: string): string {
  return dirname(path);
}

/** Splits a command line as Azure's task library does: spaces outside double quotes. */
export function words(line: string | undefined): string[] {
  const result: string[] = [];
  let word = '';
  let quoted = false;
  let any = false;
  let escaped = false;
  for (const char of line ?? '') {
    if (escaped) {
      word += char === '"' ? char : `\\${char}`;
      escaped = false;
    } else if (char === '\\' && quoted) {
      escaped = true;
    } else if (char === '"') {
      quoted = !quoted;
      any = true;
    } else if (/\s/.test(char) && !quoted) {
      if (word !== '' || any) result.push(word);
      word = '';
      any = false;
    } else {
      word += char;
    }
  }
  if (escaped) word += '\\';
  if (word !== '' || any) result.push(word);
  return result;
}
