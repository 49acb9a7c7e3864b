import { screen, within } from '@testing-library/react';
import type { DriftRecord } from '@moorline/api/client';
import {
  environmentRecord,
  fakeApi,
  renderPage,
  runRecord,
} from '../__testUtils__';
import { DriftNotice } from './DriftNotice';

const drift: DriftRecord = {
  checkedAt: '2026-11-21T03:23:30Z',
  resources: [
    {
      address: 'module.cluster.azurerm_kubernetes_cluster.this',
      type: 'azurerm_kubernetes_cluster',
      action: 'changed',
      attributes: ['sku_tier', 'tags'],
    },
    {
      address: 'module.registry.azurerm_container_registry.this',
      type: 'azurerm_container_registry',
      action: 'deleted',
      attributes: [],
    },
  ],
};

const show = (more: object) =>
  renderPage(
    <DriftNotice
      environment={environmentRecord('orders-dev', {
        lastRun: runRecord([], { state: 'succeeded' }),
        ...more,
      })}
    />,
    { api: fakeApi({}) },
  );

it('says what other hands changed, and offers a run', async () => {
  await show({ drift });
  expect(
    screen.getByText('2 resources were changed by other hands'),
  ).toBeInTheDocument();
  const items = within(
    screen.getByRole('list', { name: 'Drift' }),
  ).getAllByRole('listitem');
  expect(items.map(({ textContent }) => textContent)).toEqual([
    'module.cluster.azurerm_kubernetes_cluster.this changed: sku_tier, tags',
    'module.registry.azurerm_container_registry.this deleted',
  ]);
  expect(screen.getByRole('button', { name: 'Run again' })).toBeInTheDocument();
});

it.each([
  ['nothing was changed', { drift: { ...drift, resources: [] } }],
  ['a run is at work', { drift, state: 'provisioning' }],
])('is silent when %s', async (_, more) => {
  await show(more);
  expect(screen.queryByRole('list', { name: 'Drift' })).toBeNull();
});
