import { withoutAnsi } from './ansi';

/** What a line of an Azure DevOps log is. */
export type LineKind =
  | 'plain'
  | 'error'
  | 'warning'
  | 'section'
  | 'command'
  | 'group'
  | 'debug';

/** A line as it is shown. */
export interface LogLine {
  /** Its place in the log, from 0. */
  number: number;
  kind: LineKind;
  /** Without time and marker; escapes are kept. */
  text: string;
  /** When it was written, where the log says so. */
  at?: string;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) ?/;
// Tasks write `[command]` before what they run, scripts `##[command]`.
const MARKER =
  /^(?:##\[(error|warning|section|command|group|debug|endgroup)\]|\[(command)\])/;
// What tools write when they fail and Azure DevOps does not mark.
const TOOL_ERROR = /^(?:[╷│╵] ?)?Error: |^error: |^fatal: /;

/** Takes a raw line apart: time, marker, text. */
export function parseLine(raw: string, number: number): LogLine {
  const time = TIME.exec(raw);
  const rest = time ? raw.slice(time[0].length) : raw;
  const marker = MARKER.exec(rest);
  const text = marker ? rest.slice(marker[0].length) : rest;
  const name = marker?.[1] ?? marker?.[2];
  const marked = name === 'endgroup' ? 'plain' : name;
  const kind =
    (marked as LineKind | undefined) ??
    (TOOL_ERROR.test(withoutAnsi(text)) ? 'error' : 'plain');
  return { number, kind, text, at: time?.[1] };
}

/** The index of the first line that says what went wrong; -1 when none does. */
export function firstError(lines: LogLine[]): number {
  return lines.findIndex(({ kind }) => kind === 'error');
}
