import {
  Alert,
  Button,
  ButtonIcon,
  SearchField,
  Skeleton,
} from '@backstage/ui';
import type { RunRecord, StepRecord } from '@moorline/api/client';
import { RiArrowDownLine, RiDownloadLine } from '@remixicon/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { Announce, Problem } from '../common';
import styles from './Log.module.css';
import { LogText } from './LogText';
import { withoutAnsi } from './ansi';
import { firstError } from './logLine';
import { useLog } from './useLog';

/**
 * The log of one step. Follows the end while it grows, until someone scrolls up;
 * opens at the line that the address names, or at the first error of a failed step.
 */
export function LogView(props: {
  run: RunRecord;
  step: StepRecord;
  /** The query that opens this very log, whatever else is open by then. */
  search: string;
}) {
  const { run, step, search } = props;
  const { lines, done, isLoading, error, retry } = useLog(run.id, step.logId);
  const { hash, pathname } = useLocation();
  const [following, setFollowing] = useState(step.state === 'running');
  const [query, setQuery] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const placed = useRef(false);

  const linked = Number(/^#line-(\d+)$/.exec(hash)?.[1]) - 1;
  const wrong = useMemo(() => firstError(lines), [lines]);
  const marked =
    linked >= 0
      ? linked
      : (step.state === 'failed' && wrong >= 0 && wrong) || undefined;

  const found = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    if (!wanted) return lines;
    return lines.filter(({ text }) =>
      withoutAnsi(text).toLowerCase().includes(wanted),
    );
  }, [lines, query]);

  // Once, when the line to open at has arrived.
  useEffect(() => {
    if (placed.current || marked === undefined || marked >= lines.length)
      return;
    placed.current = true;
    setFollowing(false);
    // Only the log scrolls: the page stays where it is.
    const line = box.current?.querySelector(`#line-${marked + 1}`);
    if (box.current && line) {
      const from = box.current.getBoundingClientRect();
      const offset = line.getBoundingClientRect().top - from.top;
      box.current.scrollTop += offset - from.height / 2;
    }
  }, [marked, lines.length]);

  useEffect(() => {
    if (following && box.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [following, lines.length]);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const fromEnd =
      element.scrollHeight - element.scrollTop - element.clientHeight;
    if (!done) setFollowing(fromEnd < 24);
  };

  const hrefOf = useCallback(
    (line: number) => `${pathname}${search}#line-${line}`,
    [pathname, search],
  );

  if (step.logId === undefined) {
    return (
      <p className={styles.nothing}>
        {step.state === 'pending'
          ? 'This step has not started.'
          : 'No log for this step yet.'}
      </p>
    );
  }
  return (
    <section className={styles.log} aria-label={`Log of ${step.name}`}>
      <div className={styles.bar}>
        <SearchField
          aria-label="Search this log"
          placeholder="Search this log"
          size="small"
          value={query}
          onChange={setQuery}
        />
        <span className={styles.count}>
          {query ? `${found.length} of ${lines.length}` : lines.length} lines
          {!done && !isLoading && ', still growing'}
        </span>
        {!done && !following && (
          <Button
            size="small"
            variant="secondary"
            iconStart={<RiArrowDownLine />}
            onPress={() => setFollowing(true)}
          >
            Follow the end
          </Button>
        )}
        <ButtonIcon
          size="small"
          variant="secondary"
          aria-label="Download this log"
          icon={<RiDownloadLine />}
          isDisabled={lines.length === 0}
          onPress={() =>
            save(
              `${run.environment}-run-${run.number}-${slug(step.name)}.log`,
              lines
                .map(
                  ({ at, text }) => `${at ? `${at} ` : ''}${withoutAnsi(text)}`,
                )
                .join('\n'),
            )
          }
        />
      </div>
      {step.errors.length > 0 && run.failure?.logId !== step.logId && (
        <Alert
          status="danger"
          icon
          title={step.errors[0]}
          description={
            step.errors.length > 1 ? step.errors.slice(1).join('\n') : undefined
          }
        />
      )}
      {Boolean(error) && (
        <Problem error={error} doing="read this log" onRetry={retry} />
      )}
      {done && <Announce>The step has ended.</Announce>}
      {/* What scrolls must be reachable by keyboard. */}
      {/* eslint-disable jsx-a11y/no-noninteractive-tabindex */}
      <div
        ref={box}
        className={styles.box}
        onScroll={onScroll}
        tabIndex={0}
        role="group"
        aria-label="Lines"
      >
        {isLoading ? (
          <Skeleton width="100%" height={200} />
        ) : (
          <LogText
            key={query}
            lines={found}
            marked={query ? undefined : marked}
            hrefOf={hrefOf}
          />
        )}
        {!isLoading && lines.length === 0 && (
          <p className={styles.nothing}>
            {done ? 'This step wrote nothing.' : 'Nothing written yet.'}
          </p>
        )}
      </div>
      {/* eslint-enable jsx-a11y/no-noninteractive-tabindex */}
    </section>
  );
}

/** A name as part of a file's name. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function save(name: string, text: string) {
  const url = URL.createObjectURL(
    new Blob([`${text}\n`], { type: 'text/plain' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
