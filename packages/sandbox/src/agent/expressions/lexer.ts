import { ExpressionError } from './expression-error';
import { Version } from './version';

export type Token =
  | { kind: 'value'; value: string | number | Version; raw: string; at: number }
  | { kind: 'word'; raw: string; at: number }
  | { kind: 'mark'; raw: '(' | ')' | '[' | ']' | ',' | '.' | '*'; at: number };

const MARKS = new Set(['(', ')', '[', ']', ',', '.', '*']);
const BOUNDARY = /[\s()[\],]/;

/** Splits an expression into tokens; `at` counts from one. The text is already trimmed. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < text.length) {
    const char = text[i];
    const at = i + 1;
    if (/\s/.test(char)) {
      i += 1;
    } else if (char === "'") {
      const { value, next } = readString(text, i);
      tokens.push({ kind: 'value', value, raw: text.slice(i, next), at });
      i = next;
    } else if (startsNumber(text, i, tokens[tokens.length - 1])) {
      const raw = scan(text, i, BOUNDARY);
      const value = readNumber(raw);
      if (value === undefined) {
        throw ExpressionError.at(`Unrecognized value: '${raw}'`, at, text);
      }
      tokens.push({ kind: 'value', value, raw, at });
      i += raw.length;
    } else if (MARKS.has(char)) {
      tokens.push({ kind: 'mark', raw: char as '(', at });
      i += 1;
    } else {
      const raw = scan(text, i, /[\s()[\],.]/);
      tokens.push({ kind: 'word', raw, at });
      i += raw.length;
    }
  }
  return tokens;
}

function scan(text: string, from: number, boundary: RegExp): string {
  let end = from + 1;
  while (end < text.length && !boundary.test(text[end])) end += 1;
  return text.slice(from, end);
}

function startsNumber(text: string, i: number, previous?: Token): boolean {
  if (/[-\d]/.test(text[i])) {
    // After a dot stands a property name: `a.9b` is a wrong name and no number.
    return !(previous?.kind === 'mark' && previous.raw === '.');
  }
  const follows =
    previous !== undefined &&
    (previous.kind === 'word' || /[)\]*]/.test(previous.raw));
  return text[i] === '.' && /\d/.test(text[i + 1] ?? '') && !follows;
}

function readNumber(raw: string): number | Version | undefined {
  if (/^\d+(\.\d+){2,3}$/.test(raw)) return Version.parse(raw);
  return /^-?(\d+\.?\d*|\.\d+)$/.test(raw) ? Number(raw) : undefined;
}

function readString(
  text: string,
  from: number,
): { value: string; next: number } {
  let value = '';
  let i = from + 1;
  while (i < text.length) {
    if (text[i] !== "'") {
      value += text[i];
      i += 1;
    } else if (text[i + 1] === "'") {
      value += "'";
      i += 2;
    } else {
      return { value, next: i + 1 };
    }
  }
  throw ExpressionError.at(
    `Unrecognized value: '${text.slice(from)}'`,
    from + 1,
    text,
  );
}
