/** A piece of a scalar: literal text or the inside of `${{ }}`. */
export type Segment =
  | { kind: 'text'; text: string }
  | { kind: 'expression'; text: string };

/** Thrown text is what Azure Pipelines says. */
export const NOT_CLOSED =
  'The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not found.';

/**
 * Splits text at `${{ }}`. A `}}` inside a quoted string of the expression does not close it.
 * @returns undefined when an expression is not closed
 */
export function splitSegments(text: string): Segment[] | undefined {
  const segments: Segment[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('${{', at);
    if (open < 0) break;
    if (open > at) segments.push({ kind: 'text', text: text.slice(at, open) });
    let end = open + 3;
    let quoted = false;
    while (end < text.length && (quoted || !text.startsWith('}}', end))) {
      if (text[end] === "'") quoted = !quoted;
      end += 1;
    }
    if (end >= text.length) return undefined;
    segments.push({
      kind: 'expression',
      text: text.slice(open + 3, end).trim(),
    });
    at = end + 2;
  }
  if (at < text.length || segments.length === 0) {
    segments.push({ kind: 'text', text: text.slice(at) });
  }
  return segments;
}

export type Directive =
  | { kind: 'if' | 'elseif'; condition: string }
  | { kind: 'else' | 'insert' }
  | { kind: 'each'; variable: string; collection: string };

/** Reads a key's expression as a directive; undefined when it is an ordinary expression. */
export function readDirective(text: string): Directive | undefined {
  const match = /^(if|elseif|else|each|insert)(?:\s+([\s\S]*))?$/.exec(text);
  if (!match) {
    const glued = /^(if|elseif)(\([\s\S]*)$/.exec(text);
    return glued ? { kind: glued[1] as 'if', condition: glued[2] } : undefined;
  }
  const [, word, rest = ''] = match;
  if (word === 'if' || word === 'elseif') {
    return rest ? { kind: word, condition: rest } : undefined;
  }
  if (word === 'each') {
    const parts = /^(\S+)\s+in\s+([\s\S]+)$/.exec(rest);
    if (!parts) return { kind: 'each', variable: '', collection: rest };
    return { kind: 'each', variable: parts[1], collection: parts[2] };
  }
  return rest ? undefined : { kind: word as 'else' };
}
