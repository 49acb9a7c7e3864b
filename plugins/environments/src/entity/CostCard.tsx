import { Text, VisuallyHidden } from '@backstage/ui';
import type { UsageRecord } from '@moorline/api/client';
import { useUsage } from '../api';
import styles from './Overview.module.css';
import { Panel } from './Panel';

const WIDTH = 8;
const GAP = 2;
const HEIGHT = 48;

/** What the environment cost in the last days, each a bar; nothing before the first day is over. */
export function CostCard({ name }: { name: string }) {
  const { data } = useUsage(name);
  if (!data?.length) return null;
  const { currency } = data[data.length - 1];
  // What is billed in another currency cannot be added; that changes once, if ever.
  const days = data.filter(day => day.currency === currency);
  const total = days.reduce((sum, { cost }) => sum + cost, 0);
  const estimated = days.filter(({ source }) => source === 'estimate').length;
  return (
    <Panel
      title="Cost"
      aside={
        <Text variant="body-medium" weight="bold">
          {moneyOf(currency)(total)}
        </Text>
      }
    >
      <Bars days={days} />
      <Text as="p" variant="body-small" color="secondary">
        {days.length === 1 ? 'One day' : `${days.length} days`} to{' '}
        {days[days.length - 1].day}
        {estimated > 0 &&
          `; ${
            estimated === days.length ? 'all' : estimated
          } estimated at list prices, paler`}
      </Text>
    </Panel>
  );
}

/** The picture, and the same as a table for who cannot see it. */
function Bars({ days }: { days: UsageRecord[] }) {
  const most = Math.max(...days.map(({ cost }) => cost));
  const money = moneyOf(days[0].currency);
  return (
    <>
      <svg
        aria-hidden
        className={styles.bars}
        viewBox={`0 0 ${days.length * (WIDTH + GAP)} ${HEIGHT}`}
        height={HEIGHT}
      >
        {days.map(({ day, cost, source }, index) => {
          const height = most > 0 ? (cost / most) * HEIGHT : 0;
          return (
            <rect
              key={day}
              data-source={source}
              x={index * (WIDTH + GAP)}
              y={HEIGHT - height}
              width={WIDTH}
              height={height}
            >
              <title>{`${day}: ${money(cost)}`}</title>
            </rect>
          );
        })}
      </svg>
      <VisuallyHidden>
        <table>
          <caption>Cost by day</caption>
          <thead>
            <tr>
              <th>Day</th>
              <th>Cost</th>
              <th>Core hours</th>
              <th>From</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, cost, cpuHours, source }) => (
              <tr key={day}>
                <td>{day}</td>
                <td>{money(cost)}</td>
                <td>{Math.round(cpuHours)}</td>
                <td>{source === 'azure' ? 'Azure' : 'estimate'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </>
  );
}

function moneyOf(currency: string): (amount: number) => string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return amount => format.format(amount);
}
