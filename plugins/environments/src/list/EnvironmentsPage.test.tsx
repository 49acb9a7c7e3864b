import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { EnvironmentRecord } from '@moorline/api/client';
import {
  environmentRecord,
  failedRun,
  fakeApi,
  renderPage,
  runRecord,
} from '../__testUtils__';
import { EnvironmentsPage } from './EnvironmentsPage';

const ready = environmentRecord('orders-dev', {
  lastRun: runRecord(Array(5).fill('succeeded'), {
    state: 'succeeded',
    finishedAt: new Date(Date.now() - 6 * 60_000).toISOString(),
  }),
});
const failed = environmentRecord('mobile-dev', {
  state: 'failed',
  lastRun: failedRun(),
});
const busy = environmentRecord('billing-prod', {
  state: 'provisioning',
  lastRun: runRecord([
    'succeeded',
    'succeeded',
    'running',
    'pending',
    'pending',
  ]),
});
busy.spec.tier = 'prod';
busy.spec.owner = 'group:default/team-billing';

const show = (environments: EnvironmentRecord[], at = '/environments') =>
  renderPage(<EnvironmentsPage />, {
    api: fakeApi({ list: async () => environments }),
    at,
    ownership: ['user:default/guest', 'group:default/team-orders'],
  });

const row = (name: string) =>
  screen.findByRole('row', { name: new RegExp(name) });

describe('EnvironmentsPage', () => {
  it('shows what each environment is and does, and where it failed', async () => {
    show([ready, failed, busy]);

    const readyRow = await row('orders-dev');
    expect(readyRow).toHaveTextContent('Development');
    expect(readyRow).toHaveTextContent('Ready');
    expect(readyRow).toHaveTextContent('api 0.1.0');
    expect(readyRow).toHaveTextContent('6 min ago');
    expect(
      within(readyRow).getByRole('link', { name: 'orders-dev' }),
    ).toHaveAttribute('href', '/catalog/default/resource/orders-dev');

    expect(await row('billing-prod')).toHaveTextContent('Provisioning: Apply');

    const failedRow = await row('mobile-dev');
    expect(failedRow).toHaveTextContent('was not ready within 10 minutes');
    expect(
      within(failedRow).getByRole('link', { name: 'Failed in Deploy' }),
    ).toHaveAttribute('href', '/catalog/default/resource/mobile-dev/run');
    expect(
      screen.getByRole('link', { name: 'Create environment' }),
    ).toHaveAttribute('href', '/environments/create');
  });

  it('keeps its filters in the address, and takes them from it', async () => {
    show([ready, failed, busy], '/environments?tier=prod&owner=all');
    expect(await row('billing-prod')).toBeInTheDocument();
    expect(screen.queryByText('orders-dev')).not.toBeInTheDocument();
    expect(screen.getByText('1 of 3 environments')).toBeInTheDocument();

    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search environments' }),
      'nothing like it',
    );
    expect(
      await screen.findByText('None of 3 environments match'),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('Address')).toHaveTextContent(
      'search=nothing+like+it&tier=prod',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    expect(await row('orders-dev')).toBeInTheDocument();
    expect(screen.getByLabelText('Address')).toHaveTextContent(
      /^\/environments$/,
    );
  });

  it("narrows to the environments of one's own teams", async () => {
    show([ready, busy], '/environments?owner=mine');
    expect(await row('orders-dev')).toBeInTheDocument();
    expect(screen.queryByText('billing-prod')).not.toBeInTheDocument();
  });

  it('changes while one looks at it, and announces the change', async () => {
    let current = [busy];
    renderPage(<EnvironmentsPage />, {
      api: fakeApi({ list: async () => current }),
    });
    expect(await row('billing-prod')).toHaveTextContent('Provisioning: Apply');
    current = [{ ...busy, state: 'ready' }];
    await waitFor(
      async () => expect(await row('billing-prod')).toHaveTextContent('Ready'),
      { timeout: 5_000 },
    );
    expect(
      screen
        .getAllByRole('status')
        .map(status => status.textContent)
        .join(),
    ).toContain('billing-prod: Ready');
  });

  it('says what an environment is while there is none', async () => {
    show([]);
    expect(await screen.findByText('No environments yet')).toBeInTheDocument();
    expect(
      screen.getAllByRole('link', { name: 'Create environment' }),
    ).toHaveLength(1);
  });

  it('says that nothing is lost when the API does not answer', async () => {
    renderPage(<EnvironmentsPage />, {
      api: fakeApi({
        list: () => Promise.reject(new Error('connection refused')),
      }),
    });
    const problem = await screen.findByRole('alert');
    expect(problem).toHaveTextContent('Could not load the environments');
    expect(problem).toHaveTextContent('not affected');
    expect(
      within(problem).getByRole('button', { name: 'Try again' }),
    ).toBeInTheDocument();
  });
});
