import { addressSlots } from './addressSlots';

const taken = [
  { name: 'orders-dev', addressRange: '10.1.0.0/20' },
  { name: 'mobile-dev', addressRange: '10.5.16.0/20' },
];

describe('addressSlots', () => {
  it('draws whole rows to one after the last that is taken', () => {
    const slots = addressSlots(taken, '10.1.16.0/20');
    expect(slots).toHaveLength(7 * 16);
    expect(slots[0]).toMatchObject({ range: '10.0.0.0/20', reserved: true });
    expect(slots[16]).toMatchObject({
      range: '10.1.0.0/20',
      takenBy: 'orders-dev',
      reserved: false,
      chosen: false,
    });
    expect(slots[17]).toMatchObject({ range: '10.1.16.0/20', chosen: true });
    expect(slots[17].takenBy).toBeUndefined();
  });

  it('shows an overlap, and draws nothing for what is not a range', () => {
    const overlap = addressSlots(taken, '10.1.0.0/20')[16];
    expect(overlap).toMatchObject({ takenBy: 'orders-dev', chosen: true });
    expect(addressSlots(taken, '10.1.').some(({ chosen }) => chosen)).toBe(
      false,
    );
    expect(addressSlots([], '192.168.0.0/20')).toHaveLength(4 * 16);
  });
});
