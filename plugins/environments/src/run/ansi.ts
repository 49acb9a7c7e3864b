/** A piece of a line that looks the same throughout. */
export interface Span {
  text: string;
  bold?: boolean;
  dim?: boolean;
  underline?: boolean;
  /** 0 to 15 of the terminal's palette, or a colour of its own. */
  color?: number | string;
  background?: number | string;
}

type Style = Omit<Span, 'text'>;

// eslint-disable-next-line no-control-regex
const ESCAPE = /\u001b\[([0-9;]*)([A-Za-z])/g;

/**
 * Splits a line with ANSI escapes into pieces. Colours and weight are kept; what
 * moves a cursor has no place in a log and is left out.
 */
export function parseAnsi(line: string): Span[] {
  const spans: Span[] = [];
  let style: Style = {};
  let from = 0;
  const push = (text: string) => {
    if (text) spans.push({ text, ...style });
  };
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') style = applied(style, match[1]);
  }
  push(line.slice(from));
  return spans;
}

/** The line without escapes, for searching and saving. */
export function withoutAnsi(line: string): string {
  return line.replace(ESCAPE, '');
}

function applied(style: Style, parameters: string): Style {
  const codes = parameters.split(';').map(Number);
  let next = { ...style };
  while (codes.length) {
    const code = codes.shift()!;
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) next = { ...next, bold: undefined, dim: undefined };
    else if (code === 24) next.underline = undefined;
    else if (code >= 30 && code <= 37) next.color = code - 30;
    else if (code === 38) next.color = extended(codes);
    else if (code === 39) next.color = undefined;
    else if (code >= 40 && code <= 47) next.background = code - 40;
    else if (code === 48) next.background = extended(codes);
    else if (code === 49) next.background = undefined;
    else if (code >= 90 && code <= 97) next.color = code - 82;
    else if (code >= 100 && code <= 107) next.background = code - 92;
  }
  return next;
}

/** Reads `5;n` or `2;r;g;b`, taking what it read from the codes. */
function extended(codes: number[]): number | string | undefined {
  const kind = codes.shift();
  if (kind === 2) {
    const [red, green, blue] = codes.splice(0, 3);
    return `rgb(${red ?? 0} ${green ?? 0} ${blue ?? 0})`;
  }
  if (kind !== 5) return undefined;
  const index = codes.shift() ?? 0;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (value: number) => (value ? 55 + value * 40 : 0);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))} ${level(
    Math.floor(cube / 6) % 6,
  )} ${level(cube % 6)})`;
}
