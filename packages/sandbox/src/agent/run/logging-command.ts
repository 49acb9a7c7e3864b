/** A `##vso[area.event key=value;…]data` line of a step's output. */
export interface LoggingCommand {
  /** Lower case, e.g. `task.setvariable`. */
  name: string;
  properties: Record<string, string>;
  data: string;
}

/** Reads a logging command; it may follow other text in its line. Undefined: the line is only text. */
export function readLoggingCommand(line: string): LoggingCommand | undefined {
  const start = line.indexOf('##vso[');
  const end = line.indexOf(']', start);
  if (start < 0 || end < 0) return undefined;
  const head = line.slice(start + '##vso['.length, end);
  const match = /^(\S+)\s*([\s\S]*)$/.exec(head.trim());
  if (!match) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of match[2].split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) {
      properties[pair.slice(0, at).trim().toLowerCase()] = unescape(
        pair.slice(at + 1),
      );
    }
  }
  return {
    name: match[1].toLowerCase(),
    properties,
    data: unescape(line.slice(end + 1)),
  };
}

function unescape(text: string): string {
  return text
    .replace(/%0D/gi, '\r')
    .replace(/%0A/gi, '\n')
    .replace(/%3B/gi, ';')
    .replace(/%5D/gi, ']')
    .replace(/%AZP25/g, '%');
}
