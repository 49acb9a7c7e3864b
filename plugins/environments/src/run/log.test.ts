import { parseAnsi, withoutAnsi } from './ansi';
import { firstError, parseLine } from './logLine';

describe('parseAnsi', () => {
  it('keeps colours and weight, and ends them where the tool does', () => {
    expect(
      parseAnsi('\u001b[1mPlan:\u001b[0m \u001b[32m+\u001b[0m 23'),
    ).toEqual([
      { text: 'Plan:', bold: true },
      { text: ' ' },
      { text: '+', color: 2 },
      { text: ' 23' },
    ]);
  });

  it('reads bright, 256 and true colours, and combined codes', () => {
    expect(parseAnsi('\u001b[1;91mx\u001b[22my')).toEqual([
      { text: 'x', bold: true, color: 9 },
      { text: 'y', bold: undefined, dim: undefined, color: 9 },
    ]);
    expect(parseAnsi('\u001b[38;5;196mx')).toEqual([
      { text: 'x', color: 'rgb(255 0 0)' },
    ]);
    expect(parseAnsi('\u001b[38;2;1;2;3;4mx')).toEqual([
      { text: 'x', color: 'rgb(1 2 3)', underline: true },
    ]);
  });

  it('leaves out what moves the cursor', () => {
    expect(withoutAnsi('\u001b[2K\u001b[1Gdone\u001b[0m')).toBe('done');
    expect(parseAnsi('\u001b[2K\u001b[1Gdone')).toEqual([{ text: 'done' }]);
  });
});

describe('parseLine', () => {
  it('takes time and marker off', () => {
    expect(
      parseLine('2026-11-21T10:00:00.1234567Z ##[error]Bash exited with 1', 7),
    ).toEqual({
      number: 7,
      kind: 'error',
      text: 'Bash exited with 1',
      at: '2026-11-21T10:00:00.1234567Z',
    });
    expect(parseLine('##[endgroup]', 0)).toMatchObject({
      kind: 'plain',
      text: '',
    });
    expect(parseLine('[command]helm upgrade', 0)).toMatchObject({
      kind: 'command',
      text: 'helm upgrade',
    });
    expect(parseLine('plain text', 0).kind).toBe('plain');
  });

  it('finds the first error, marked or written by a tool', () => {
    const lines = [
      '##[section]Starting: Apply',
      'no Error: here',
      '\u001b[31m╷\u001b[0m',
      '\u001b[31m│\u001b[0m \u001b[1mError: \u001b[0mName is taken',
      '##[error]Terraform failed',
    ].map(parseLine);
    expect(firstError(lines)).toBe(3);
    expect(firstError([parseLine('fine', 0)])).toBe(-1);
  });
});
