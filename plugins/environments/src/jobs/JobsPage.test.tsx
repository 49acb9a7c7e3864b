import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { BackgroundJobRecord } from '@moorline/api/client';
import { Answers, fakeApi, renderPage } from '../__testUtils__';
import { JobsPage } from './JobsPage';
import { ParkedJobs } from './ParkedJobs';

const job = (
  id: string,
  change: Partial<BackgroundJobRecord> = {},
): BackgroundJobRecord => ({
  id,
  kind: 'retire-environment',
  state: 'parked',
  environment: 'orders-dev',
  queuedAt: '2026-11-21T10:00:00.000Z',
  attempts: 8,
  error: 'Azure DevOps did not accept the token',
  ...change,
});

const render = (answers: Answers, page = <JobsPage />) =>
  renderPage(page, { api: fakeApi(answers) });

describe('the list of jobs', () => {
  it('shows what failed too often first, and has it done again', async () => {
    let jobs = [
      job('1', { kind: 'expire-environment', state: 'waiting', attempts: 0 }),
      job('2'),
    ];
    const retryJob = jest.fn(async () => {
      jobs = [job('2', { state: 'running' })];
    });
    await render({ jobs: async () => jobs, retryJob });
    expect(await screen.findByText('Failed 8 times')).toBeVisible();
    const [, first, second] = screen.getAllByRole('row');
    expect(within(first).getByText('Failed 8 times')).toBeVisible();
    expect(within(first).getByText(/did not accept the token/)).toBeVisible();
    expect(within(second).getByText('Waiting')).toBeVisible();
    expect(within(second).queryByRole('button')).toBeNull();
    await userEvent.click(within(first).getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('Running')).toBeVisible();
    expect(retryJob).toHaveBeenCalledWith({ id: '2' });
  });

  it('asks before it discards, and says when that failed', async () => {
    const discardJob = jest.fn(async () => {
      throw new Error('no');
    });
    await render({ jobs: async () => [job('2')], discardJob });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Discard' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('Take it down (orders-dev)');
    expect(discardJob).not.toHaveBeenCalled();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Discard' }),
    );
    expect(await screen.findByRole('alert')).toBeVisible();
    expect(discardJob).toHaveBeenCalledWith({ id: '2' });
  });

  it('says that there is nothing to do, or why it does not know', async () => {
    let down = true;
    await render({
      jobs: async () => {
        if (down) throw new Error('down');
        return [];
      },
    });
    const alert = await screen.findByRole('alert');
    down = false;
    await userEvent.click(
      within(alert).getByRole('button', { name: 'Try again' }),
    );
    expect(await screen.findByText('Nothing to do')).toBeVisible();
  });
});

describe('on the page of an environment', () => {
  it('shows what failed too often there, and else nothing', async () => {
    let parked = [job('2')];
    const jobs = jest.fn(async () => parked);
    const retryJob = async () => {
      parked = [];
    };
    await render({ jobs, retryJob }, <ParkedJobs environment="orders-dev" />);
    expect(
      await screen.findByText('Failed 8 times: Take it down'),
    ).toBeVisible();
    expect(jobs).toHaveBeenCalledWith(
      expect.objectContaining({ environment: 'orders-dev', state: 'parked' }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    await waitFor(() =>
      expect(screen.queryByText(/Failed 8 times/)).toBeNull(),
    );
  });
});
