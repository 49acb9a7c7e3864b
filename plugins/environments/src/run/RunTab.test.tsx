import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fakeApi, failedRun, renderPage, runRecord } from '../__testUtils__';
import { RunTab } from './RunTab';

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Resource',
  metadata: {
    name: 'orders-dev',
    annotations: { 'moorline.dev/environment': 'orders-dev' },
  },
  spec: { type: 'environment' },
};

const tab = (
  <EntityProvider entity={entity}>
    <RunTab />
  </EntityProvider>
);

describe('RunTab', () => {
  it('opens the failed step at its first error and says what is safe', async () => {
    renderPage(tab, {
      api: fakeApi({
        runs: async () => [failedRun()],
        log: async ({ logId, from }) => ({
          lines: from
            ? []
            : [`log ${logId}`, '##[error]Error: UPGRADE FAILED', 'the end'],
          next: 3,
          done: true,
        }),
      }),
    });

    const stages = await screen.findByRole('list', { name: 'Stages' });
    expect(
      within(stages)
        .getAllByRole('link')
        .map(link => link.textContent),
    ).toEqual([
      'ValidateSucceeded31s',
      'PlanSucceeded31s',
      'ApplySucceeded31s',
      'DeployFailed31s',
      'SmokeSkipped ',
    ]);
    expect(screen.getByText('Deploy it failed in Deploy')).toBeInTheDocument();
    expect(
      screen.getByText(/What was made before this step is kept/),
    ).toBeInTheDocument();
    expect(screen.getByRole('img', { name: /23 to add/ })).toBeInTheDocument();

    const error = await screen.findByText('Error: UPGRADE FAILED');
    expect(error.closest('[data-marked]')).toHaveAttribute('id', 'line-2');
    expect(screen.getByText('log 41')).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'Link to line 2', hidden: true }),
    ).toHaveAttribute(
      'href',
      '/?run=1&stage=deploy&job=Terraform&step=1#line-2',
    );
  });

  it('reads a growing log on from where it was, and searches in it', async () => {
    const asked: number[] = [];
    renderPage(tab, {
      api: fakeApi({
        runs: async () => [
          runRecord(['succeeded', 'running', 'pending', 'pending', 'pending']),
        ],
        log: async ({ from }) => {
          asked.push(from);
          return from === 0
            ? { lines: ['first', 'second'], next: 2, done: false }
            : { lines: ['third'], next: 3, done: true };
        },
      }),
    });

    expect(await screen.findByText('second')).toBeInTheDocument();
    expect(
      await screen.findByText('third', {}, { timeout: 3_000 }),
    ).toBeInTheDocument();
    expect(screen.getByText('first')).toBeInTheDocument();
    expect(asked).toEqual([0, 2]);

    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search this log' }),
      'SEC',
    );
    await waitFor(() =>
      expect(screen.queryByText('first')).not.toBeInTheDocument(),
    );
    expect(screen.getByText('second')).toBeInTheDocument();
    expect(screen.getByText(/1 of 3 lines/)).toBeInTheDocument();
    expect(screen.getByText('second').closest('[id]')).toHaveAttribute(
      'id',
      'line-2',
    );
  });

  it('leads from a stage and an earlier run to their own addresses', async () => {
    const second = { ...failedRun(), id: 'run-2', number: 2 };
    renderPage(tab, {
      api: fakeApi({
        runs: async () => [second, { ...failedRun(), number: 1 }],
        log: async () => ({ lines: [], next: 0, done: true }),
      }),
    });
    await userEvent.click(
      await screen.findByRole('link', { name: /^Validate.*Succeeded/ }),
    );
    expect(await screen.findByLabelText('Address')).toHaveTextContent(
      'run=2&stage=validate',
    );
    expect(
      screen.getByRole('link', { name: /^Validate.*Succeeded/ }),
    ).toHaveAttribute('aria-current', 'true');
    await userEvent.click(screen.getByRole('link', { name: /#1/ }));
    expect(
      await screen.findByRole('heading', { name: 'Run #1' }),
    ).toBeInTheDocument();
  });

  it('says that nothing runs yet, and that the API cannot be reached', async () => {
    const { unmount } = renderPage(tab, {
      api: fakeApi({ runs: async () => [] }),
    });
    expect(await screen.findByText('No run yet')).toBeInTheDocument();
    unmount();
    renderPage(tab, {
      api: fakeApi({
        runs: async () => Promise.reject(new Error('no network')),
      }),
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Could not load the runs.*not affected.*no network/,
    );
  });
});
