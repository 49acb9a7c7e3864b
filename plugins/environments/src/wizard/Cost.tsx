import { Text } from '@backstage/ui';
import {
  EnvironmentSpec,
  estimateMonthlyCost,
} from '@moorline/environment-model';
import { Part } from './Part';
import styles from './Wizard.module.css';

/** How many lines are shown by name; the rest is summed up. */
const SHOWN = 4;

const monthOf = (asOf: string) =>
  new Date(`${asOf}-01T00:00:00Z`).toLocaleDateString('en', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

/** What the environment will cost in a month, about. */
export function Cost({ spec }: { spec: EnvironmentSpec }) {
  const { currency, asOf, total, totalAtMost, lines } =
    estimateMonthlyCost(spec);
  const money = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
  });
  const range = (least: number, most: number) =>
    money.format(least) === money.format(most)
      ? money.format(least)
      : `${money.format(least)} to ${money.format(most)}`;
  const rest = lines.slice(SHOWN);
  const sum = (key: 'monthly' | 'monthlyAtMost') =>
    rest.reduce((amount, line) => amount + line[key], 0);
  const rows = [
    ...lines.slice(0, SHOWN),
    {
      what: `${rest.length} more`,
      monthly: sum('monthly'),
      monthlyAtMost: sum('monthlyAtMost'),
    },
  ];
  return (
    <Part
      title="Cost"
      note={`About ${range(total, totalAtMost)} a month, by how many nodes run`}
    >
      <ul className={styles.rows}>
        {rows.map(({ what, monthly, monthlyAtMost }) => (
          <li key={what}>
            <strong>{what}</strong>
            <span className={styles.what}>{range(monthly, monthlyAtMost)}</span>
          </li>
        ))}
      </ul>
      <Text as="p" variant="body-small" color="secondary">
        Estimate as of {monthOf(asOf)}, at list prices, without traffic, taxes
        and discounts.
      </Text>
    </Part>
  );
}
