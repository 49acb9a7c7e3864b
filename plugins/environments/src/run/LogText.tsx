import { CSSProperties, memo } from 'react';
import { parseAnsi } from './ansi';
import styles from './Log.module.css';
import type { LogLine } from './logLine';

const CHUNK = 200;

interface ChunkProps {
  lines: LogLine[];
  marked?: number;
  hrefOf: (line: number) => string;
}

const sameLines = (a: ChunkProps, b: ChunkProps) =>
  // Lines are only ever added, so a chunk of the same length has the same lines.
  a.lines.length === b.lines.length &&
  a.lines[0] === b.lines[0] &&
  a.marked === b.marked &&
  a.hrefOf === b.hrefOf;

const Chunk = memo(
  ({ lines, marked, hrefOf }: ChunkProps) => (
    <div
      className={styles.chunk}
      style={{ containIntrinsicSize: `auto ${lines.length * 20}px` }}
    >
      {lines.map(line => {
        const { number } = line;
        return (
          <div
            key={number}
            id={`line-${number + 1}`}
            className={styles.line}
            data-kind={line.kind}
            data-marked={number === marked || undefined}
            title={line.at}
          >
            <a
              href={hrefOf(number + 1)}
              className={styles.number}
              aria-label={`Link to line ${number + 1}`}
              tabIndex={-1}
            >
              {number + 1}
            </a>
            <span className={styles.text}>
              {parseAnsi(line.text).map(({ text, ...look }, index) => (
                <span key={index} style={styleOf(look)}>
                  {text}
                </span>
              ))}
            </span>
          </div>
        );
      })}
    </div>
  ),
  sameLines,
);

/**
 * The lines of a log. In chunks, so that the browser only lays out those that can
 * be seen, and new lines do not draw the old ones again.
 */
export function LogText(props: {
  lines: LogLine[];
  marked?: number;
  hrefOf: (line: number) => string;
}) {
  const { lines, marked, hrefOf } = props;
  const chunks = [];
  for (let start = 0; start < lines.length; start += CHUNK) {
    const end = Math.min(lines.length, start + CHUNK);
    const inside = marked !== undefined && marked >= start && marked < end;
    chunks.push(
      <Chunk
        key={start}
        lines={lines.slice(start, end)}
        marked={inside ? marked : undefined}
        hrefOf={hrefOf}
      />,
    );
  }
  return <>{chunks}</>;
}

function styleOf(
  look: Omit<ReturnType<typeof parseAnsi>[number], 'text'>,
): CSSProperties | undefined {
  const { bold, dim, underline, color, background } = look;
  if (
    !bold &&
    !dim &&
    !underline &&
    color === undefined &&
    background === undefined
  ) {
    return undefined;
  }
  const css = (value: number | string | undefined) =>
    typeof value === 'number' ? `var(--ansi-${value})` : value;
  return {
    fontWeight: bold ? 600 : undefined,
    opacity: dim ? 0.7 : undefined,
    textDecoration: underline ? 'underline' : undefined,
    color: css(color),
    backgroundColor: css(background),
  };
}
