import {
  Cidr,
  cidrContains,
  cidrPart,
  cidrsOverlap,
  firstFreeAddressRange,
  formatCidr,
  mergeRanges,
  parseCidr,
} from './index';

const cidr = (text: string) => parseCidr(text) as Cidr;

describe('mergeRanges', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [['10.1.16.0/20'], ['10.1.16.0/20']],
    [['10.1.16.0/20', '10.1.0.0/20'], ['10.1.0.0/19']],
    // Neighbours, but halves of no range.
    [
      ['10.1.16.0/20', '10.1.32.0/20'],
      ['10.1.16.0/20', '10.1.32.0/20'],
    ],
    [
      ['10.1.48.0/20', '10.1.32.0/20', '10.1.0.0/19', '10.1.0.0/20'],
      ['10.1.0.0/18'],
    ],
    [['10.0.0.0/8', '10.1.0.0/16', 'nonsense'], ['10.0.0.0/8']],
    [['0.0.0.0/1', '128.0.0.0/1', '1.0.0.0/8'], ['0.0.0.0/0']],
  ])('makes of %j %j', (ranges, merged) =>
    expect(mergeRanges(ranges)).toEqual(merged),
  );
});

describe('cidr', () => {
  it.each(['0.0.0.0/0', '10.0.0.0/8', '10.1.240.0/20', '255.255.255.255/32'])(
    'reads and writes %s',
    text => expect(formatCidr(cidr(text))).toBe(text),
  );

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '256.0.0.0/8',
    '10.01.0.0/16',
    '10.0.0.0/08',
    ' 10.0.0.0/8',
    '::/0',
  ])('refuses "%s"', text => expect(parseCidr(text)).toBeUndefined());

  it('compares ranges', () => {
    expect(cidrsOverlap(cidr('10.0.0.0/8'), cidr('10.9.0.0/16'))).toBe(true);
    expect(cidrsOverlap(cidr('10.1.0.0/20'), cidr('10.1.16.0/20'))).toBe(false);
    expect(cidrContains(cidr('10.0.0.0/8'), cidr('10.9.0.0/16'))).toBe(true);
    expect(cidrContains(cidr('10.9.0.0/16'), cidr('10.0.0.0/8'))).toBe(false);
  });

  it('cuts ranges', () => {
    expect(cidrPart(cidr('10.1.0.0/16'), 20, 15)).toEqual(
      cidr('10.1.240.0/20'),
    );
    expect(cidrPart(cidr('10.1.0.0/16'), 20, 16)).toBeUndefined();
    expect(cidrPart(cidr('10.1.0.0/16'), 8, 0)).toBeUndefined();
  });
});

describe('firstFreeAddressRange', () => {
  it('begins behind the reserved range and fills gaps first', () => {
    expect(firstFreeAddressRange([])).toBe('10.1.0.0/20');
    expect(firstFreeAddressRange(['10.1.0.0/20', '10.1.32.0/20'])).toBe(
      '10.1.16.0/20',
    );
  });

  it('goes around ranges of any length, inside the space or not', () => {
    expect(
      firstFreeAddressRange(['10.1.0.0/16', '10.2.5.0/24', '192.168.0.0/16']),
    ).toBe('10.2.16.0/20');
  });

  it('skips the pods and ends when the space is full', () => {
    const below = Array.from({ length: 243 }, (_, i) => `10.${i + 1}.0.0/16`);
    const above = Array.from({ length: 11 }, (_, i) => `10.${i + 245}.0.0/16`);
    expect(firstFreeAddressRange(below)).toBe('10.245.0.0/20');
    expect(firstFreeAddressRange([...below, ...above])).toBeUndefined();
  });
});
