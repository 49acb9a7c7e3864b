import { formatDuration, relativeTime } from './time';

const now = Date.parse('2026-11-21T12:00:00Z');
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('relativeTime', () => {
  it.each([
    [0, 'just now'],
    [9 * second, 'just now'],
    [42 * second, '42 s ago'],
    [6 * minute + 59 * second, '6 min ago'],
    [90 * minute, '1 h ago'],
    [day, 'yesterday'],
    [12 * day, '12 days ago'],
    [90 * day, '3 months ago'],
    [-12 * day, 'in 12 days'],
    [-day, 'tomorrow'],
    // A server's clock may be ahead of the browser's.
    [-3 * second, 'now'],
  ])('says %p milliseconds before now as %p', (before, text) => {
    expect(relativeTime(now - before, now)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [12_400, '12s'],
    [4 * minute + 5 * second, '4m 05s'],
    [62 * minute, '1h 02m'],
    [-500, '0s'],
  ])('says %p milliseconds as %p', (length, text) => {
    expect(formatDuration(length)).toBe(text);
  });
});
