import type { RunArchive, RunRecord } from '@moorline/api';
import type { Archive } from './archive';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';

const logName = (folder: string, logId: number) => `${folder}/${logId}.log`;

/** Where what is kept of a run stands. */
export function folderOf({ environment, id }: RunRecord): string {
  // One that is retired goes by its name and a mark.
  const [name] = environment.split('~');
  return `runs/${name}/${id}`;
}

/** Keeps a step's log. */
export function writeLog(
  archive: Archive,
  folder: string,
  logId: number,
  lines: string[],
): Promise<void> {
  return archive.write(logName(folder, logId), lines.join('\n'), TEXT);
}

/** Keeps what Terraform said it would do. */
export function writePlan(
  archive: Archive,
  folder: string,
  plan: string,
): Promise<void> {
  return archive.write(`${folder}/plan.txt`, plan, TEXT);
}

/** Keeps a run as the record has it: its steps with the numbers of their logs, what was planned, and where it failed. */
export function writeRun(
  archive: Archive,
  folder: string,
  run: RunRecord,
): Promise<void> {
  const text = JSON.stringify(run, undefined, 2);
  return archive.write(`${folder}/run.json`, text, JSON_TYPE);
}

/** Reads logs that were kept. */
export function archivedLogs(archive: Archive): RunArchive {
  return {
    async readLog(folder, logId) {
      const text = await archive.read(logName(folder, logId));
      return text === '' ? [] : text?.split('\n');
    },
  };
}
