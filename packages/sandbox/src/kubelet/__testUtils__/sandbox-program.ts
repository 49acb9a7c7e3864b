import { ChildProcess, spawn } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import path from 'path';

/** Processes of this machine whose command line has a text. */
export const processesWith = (text: string): string[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });

/**
 * The sandbox as a program, which runs pods.
 * @param data - its folder
 * @param wrapper - a program and its arguments, to which the sandbox's command line is added
 */
export async function startProgram(
  data: string,
  wrapper: string[] = [],
): Promise<{ child: ChildProcess; url: string }> {
  const [program, ...args] = [
    ...wrapper,
    process.execPath,
    '--require',
    require.resolve('@backstage/cli/config/nodeTransform.cjs'),
    path.join(__dirname, '../../main.ts'),
    ...['--port', '0', '--gateway-port', '0', '--data', data, '--run-pods'],
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', part => {
      text += part;
      const [, found] = /sandbox ready at (\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`it ended: ${code}`)));
  });
  return { child, url };
}

/** Ends the program as nothing can resist. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
