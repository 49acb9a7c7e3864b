import { screen, within } from '@testing-library/react';
import type { UsageRecord } from '@moorline/api/client';
import { fakeApi, renderPage } from '../__testUtils__';
import { CostCard } from './CostCard';

const usage = (day: string, cost: number, source: UsageRecord['source']) => ({
  day,
  cost,
  source,
  nodes: 1,
  cpuHours: 48,
  currency: 'USD',
});

const show = (days: UsageRecord[]) =>
  renderPage(<CostCard name="orders-dev" />, {
    api: fakeApi({ usage: async () => days }),
  });

it('adds up the days, and says which are estimates', async () => {
  await show([
    usage('2026-11-19', 4.5, 'azure'),
    usage('2026-11-20', 5, 'estimate'),
  ]);
  const card = await screen.findByRole('region', { name: 'Cost' });
  expect(within(card).getByText('$9.50')).toBeInTheDocument();
  expect(card).toHaveTextContent('2 days to 2026-11-20; 1 estimated');
  const rows = within(
    screen.getByRole('table', { name: 'Cost by day' }),
  ).getAllByRole('row');
  expect(rows.slice(1).map(({ textContent }) => textContent)).toEqual([
    '2026-11-19$4.5048Azure',
    '2026-11-20$5.0048estimate',
  ]);
});

it('is not there before there is anything to show', async () => {
  await show([]);
  expect(screen.queryByRole('region', { name: 'Cost' })).toBeNull();
});
