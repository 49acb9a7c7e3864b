import { formatDuration, relativeTime } from './time';
import { useNow } from './useNow';

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
});

/** A moment, relative to now; the exact one appears on hover. */
export function RelativeTime({ at }: { at: string }) {
  const moment = Date.parse(at);
  // Seconds matter only while the moment is young.
  const now = useNow(Date.now() - moment < 60_000 ? 1_000 : 30_000);
  return (
    <time dateTime={at} title={exact.format(moment)}>
      {relativeTime(moment, now)}
    </time>
  );
}

/** How long something took, or has taken so far. Nothing before it began. */
export function Duration(props: { from?: string; to?: string }) {
  const now = useNow(props.from && !props.to ? 1_000 : undefined);
  if (!props.from) return null;
  const from = Date.parse(props.from);
  const length = (props.to ? Date.parse(props.to) : now) - from;
  return <span title={exact.format(from)}>{formatDuration(length)}</span>;
}
