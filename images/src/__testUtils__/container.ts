import { spawn, spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { ImageSource } from '../image';
import { tar } from '../tar';
import { Running, watch } from './running';

/** An image's files in a folder of this machine, and its programs as processes: what the sandbox's nodes do, without walls. */
export class Container {
  readonly folder: string;
  /** A folder for what programs write. */
  readonly volume: string;
  private readonly programs: Running[] = [];

  constructor(private readonly source: ImageSource) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'moorline-container-'));
    this.volume = path.join(this.folder, 'volume');
    mkdirSync(this.volume, { mode: 0o755 });
    // Root's programs may become somebody else's, who must be able to enter.
    spawnSync('chmod', ['755', this.folder]);
    for (const layer of source.layers) {
      spawnSync('tar', ['-x', '-C', this.folder], { input: tar(layer) });
    }
  }

  /** Starts the entrypoint with arguments, or with the image's own. */
  start(
    env: Record<string, string> = {},
    args: string[] = this.source.command ?? [],
  ): Running {
    const [, ...command] = this.source.entrypoint;
    const script = path.join(this.folder, command.pop() ?? '');
    const program = watch(
      spawn(process.execPath, [...command, script, ...args], {
        cwd: this.folder,
        env,
      }),
    );
    this.programs.push(program);
    return program;
  }

  /** Runs the entrypoint to its end. */
  async run(env: Record<string, string>, ...args: string[]) {
    const program = this.start(env, args);
    return { code: await program.ended, log: program.log };
  }

  /** Ends what runs and removes all files. */
  async remove(): Promise<void> {
    for (const { child, ended } of this.programs) {
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
