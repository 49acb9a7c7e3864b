import type {
  LogEvent,
  ScaffolderTask,
} from '@backstage/plugin-scaffolder-react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { environmentRecord, fakeApi, renderPage } from '../__testUtils__';
import { ArrivingPage } from './ArrivingPage';

const task = {
  id: 'task-1',
  status: 'processing',
  createdAt: '2026-11-21T10:00:00Z',
  spec: {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    parameters: { name: 'shop-dev' },
    templateInfo: { entityRef: 'template:default/create-environment' },
    output: {},
    steps: [
      { id: 'reserve', name: 'Reserve the name', action: 'a', input: {} },
      { id: 'commit', name: 'Commit the folder', action: 'b', input: {} },
    ],
  },
} as unknown as ScaffolderTask;

let id = 0;
const event = (type: 'log' | 'completion', body: object) => {
  id += 1;
  return {
    id,
    type,
    taskId: 'task-1',
    createdAt: `2026-11-21T10:00:0${id % 10}Z`,
    body: { message: '', ...body },
  } as unknown as LogEvent;
};
const step = (stepId: string, status: string, message = '') =>
  event('log', { stepId, status, message });

const done = () => [
  step('reserve', 'completed'),
  step('commit', 'completed'),
  event('completion', { output: {} }),
];

/** A stream that says everything at once. */
const stream = (events: LogEvent[]) => ({
  subscribe: ({ next }: { next: (event: LogEvent) => void }) => {
    events.forEach(next);
    return { unsubscribe: () => {} };
  },
});

const notFound = () =>
  Promise.reject(
    Object.assign(new Error('There is no environment shop-dev'), {
      data: { code: 'NOT_FOUND', httpStatus: 404 },
    }),
  );

const show = (options: {
  at?: string;
  get?: () => Promise<ReturnType<typeof environmentRecord>>;
  scaffolder?: object;
  entity?: () => Promise<object | undefined>;
}) =>
  renderPage(<ArrivingPage />, {
    api: fakeApi({ get: options.get ?? notFound }),
    at: options.at ?? '/environments/shop-dev?task=task-1',
    mountPath: '/environments/:name',
    catalog: { getEntityByRef: options.entity ?? (async () => undefined) },
    scaffolder: {
      getTask: async () => task,
      listTasks: async () => ({ tasks: [] }),
      ...options.scaffolder,
    },
  });

describe('ArrivingPage', () => {
  it('says which step failed, why, and goes on from there when asked', async () => {
    let events = [
      step('reserve', 'completed'),
      step('commit', 'failed', 'Azure DevOps refused the token (401).'),
      event('completion', {
        error: { message: 'Azure DevOps refused the token (401).' },
      }),
    ];
    const retry = jest.fn(async () => {
      events = [step('reserve', 'completed'), step('commit', 'processing')];
      return { id: 'task-1' };
    });
    show({ scaffolder: { streamLogs: () => stream(events), retry } });

    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('"Commit the folder" failed');
    expect(alert).toHaveTextContent('Azure DevOps refused the token (401).');
    expect(alert).toHaveTextContent('kept and safe');
    const steps = screen
      .getAllByRole('listitem')
      .filter(item => item.dataset.status);
    expect(steps.map(({ dataset }) => dataset.status)).toEqual([
      'completed',
      'failed',
    ]);

    await userEvent.click(
      within(alert).getByRole('button', { name: 'Try again' }),
    );
    expect(retry).toHaveBeenCalledWith('task-1');
    await waitFor(() =>
      expect(screen.queryByRole('alert')).not.toBeInTheDocument(),
    );
    expect(
      await screen.findByText(/You can leave this page/),
    ).toBeInTheDocument();
  });

  it('leads back to the form when nothing was made', async () => {
    const message = 'owner: group:default/nope is not in the catalog';
    show({
      scaffolder: {
        streamLogs: () =>
          stream([
            step('reserve', 'failed', message),
            event('completion', { error: { message } }),
          ]),
      },
    });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(message);
    expect(alert).toHaveTextContent('Nothing was made');
    await userEvent.click(
      within(alert).getByRole('button', { name: 'Change what was entered' }),
    );
    expect(
      JSON.parse(
        sessionStorage.getItem('moorline.create-environment.draft') ?? '{}',
      ),
    ).toEqual({ name: 'shop-dev' });
  });

  it('waits for the catalog when the task is done, then goes home', async () => {
    let known = false;
    show({
      get: async () => environmentRecord('shop-dev', { state: 'provisioning' }),
      scaffolder: { streamLogs: () => stream(done()) },
      entity: async () => (known ? { kind: 'Resource' } : undefined),
    });
    expect(
      await screen.findByText(/Waiting for the catalog/),
    ).toBeInTheDocument();
    expect(screen.getByText('Commit the folder')).toBeInTheDocument();
    known = true;
    await waitFor(
      () => expect(screen.queryByText(/Waiting for the catalog/)).toBeNull(),
      { timeout: 5_000 },
    );
  });

  it('finds its task by the name when the address does not have it', async () => {
    show({
      at: '/environments/shop-dev',
      scaffolder: {
        listTasks: async () => ({ tasks: [task] }),
        streamLogs: () => stream([step('reserve', 'processing')]),
      },
    });
    expect(await screen.findByText('Reserve the name')).toBeInTheDocument();
  });

  it('says so when there is no such environment', async () => {
    show({ at: '/environments/shop-dev' });
    expect(
      await screen.findByText('There is no environment shop-dev'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'All environments' }),
    ).toHaveAttribute('href', '/environments');
  });
});
