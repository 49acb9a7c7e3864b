import { retryAfterSeconds } from '../errors';
import { RateLimit } from './rateLimit';

describe('RateLimit', () => {
  let now = 0;
  const limit = () => new RateLimit({ perSecond: 10, burst: 20 }, () => now);
  const refusal = (rate: RateLimit, caller: string, calls: number) => {
    try {
      rate.take(caller, calls);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it('gives each caller a burst and then so many a second', () => {
    const rate = limit();
    rate.take('ada', 20);
    const refused = refusal(rate, 'ada', 15);
    expect(refused).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(retryAfterSeconds(refused as never)).toBe(2);
    rate.take('bob', 20);
    now += 1_000;
    rate.take('ada', 10);
    expect(refusal(rate, 'ada', 1)).toBeDefined();
    now += 60_000;
    rate.take('ada', 20);
    expect(refusal(rate, 'ada', 1)).toBeDefined();
  });

  it('lets a batch through that is larger than any burst, alone', () => {
    const rate = limit();
    rate.take('ada', 50);
    expect(refusal(rate, 'ada', 50)).toBeDefined();
    now += 2_000;
    rate.take('ada', 50);
  });

  it('remembers only so many', () => {
    const rate = limit();
    for (let i = 0; i < 30_000; i += 1) rate.take(`caller-${i}`, 20);
    expect(refusal(rate, 'caller-29999', 1)).toBeDefined();
    expect(refusal(rate, 'caller-0', 20)).toBeUndefined();
  });
});
