import { JobLimit } from './job-limit';

describe('the limit of a job', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const limits = { timeoutInMinutes: 2, cancelTimeoutInMinutes: 1 };

  it('stops steps when the time is over, and those for a cancel after their grace', () => {
    const limit = new JobLimit(
      { signal: new AbortController().signal },
      limits,
    );
    const step = limit.signal();
    jest.advanceTimersByTime(119_000);
    expect([step.aborted, limit.canceled]).toEqual([false, false]);
    jest.advanceTimersByTime(1_000);
    expect([step.aborted, limit.canceled, limit.timedOut]).toEqual([
      true,
      true,
      true,
    ]);
    const cleanUp = limit.signal();
    expect([cleanUp.aborted, limit.over]).toEqual([false, false]);
    jest.advanceTimersByTime(60_000);
    expect([cleanUp.aborted, limit.over]).toEqual([true, true]);
    limit.done();
  });

  it('gives no grace when the run is abandoned', () => {
    const run = new AbortController();
    const abandon = new AbortController();
    const limit = new JobLimit(
      { signal: run.signal, abandon: abandon.signal },
      limits,
    );
    run.abort();
    expect([limit.canceled, limit.over, limit.timedOut]).toEqual([
      true,
      false,
      false,
    ]);
    abandon.abort();
    expect(limit.over).toBe(true);
    limit.done();
    expect(jest.getTimerCount()).toBe(0);
  });
});
