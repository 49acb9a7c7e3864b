import { Block } from '../schema/schema';
import { UNKNOWN, ValueObject } from '../values/value';
import { planValues } from './plan-values';
import { findReplacements } from './replacements';
import { rewriteNested } from './rewrite-nested';

const BLOCK: Block = {
  attributes: {
    id: { type: 'string', computed: true },
    name: { type: 'string', required: true, force_new: true },
    location: {
      type: 'string',
      required: true,
      force_new: true,
      normalised: true,
    },
    tier: { type: 'string', optional: true, default: 'Free' },
    enabled: { type: 'bool', optional: true },
    zones: { type: ['set', 'string'], optional: true, force_new: true },
    secret: { type: 'string', optional: true, write_only: true },
    rules: {
      type: ['set', ['object', { name: 'string', ports: ['set', 'string'] }]],
      optional: true,
      computed: true,
    },
  },
  blocks: {
    profile: {
      nesting: 'list',
      max_items: 1,
      computed_block: true,
      attributes: {
        mode: { type: 'string', optional: true, force_new: true },
        size: { type: 'number', optional: true },
        address: { type: 'string', computed: true },
      },
      blocks: {},
    },
    log: {
      nesting: 'set',
      attributes: {
        category: { type: 'string', optional: true },
        group: { type: 'string', optional: true },
        token: { type: 'string', computed: true },
      },
      blocks: {},
    },
  },
};

const config = (given: ValueObject): ValueObject => ({
  id: null,
  name: 'a',
  location: 'West Europe',
  tier: null,
  enabled: null,
  zones: null,
  secret: null,
  rules: null,
  profile: [],
  log: [],
  ...given,
});

const STATE: ValueObject = {
  id: '/a',
  name: 'a',
  location: 'westeurope',
  tier: 'Free',
  enabled: false,
  zones: [],
  secret: null,
  rules: [],
  profile: [{ mode: 'x', size: null, address: '10.0.0.1' }],
  log: [{ category: '', group: 'audit', token: 't' }],
};

describe('planValues', () => {
  it('creates with defaults, and leaves to Azure what Azure decides', () => {
    expect(planValues(BLOCK, undefined, config({ secret: 'given' }))).toEqual({
      id: UNKNOWN,
      name: 'a',
      location: 'westeurope',
      tier: 'Free',
      enabled: null,
      zones: null,
      secret: null,
      rules: UNKNOWN,
      profile: UNKNOWN,
      log: [],
    });
  });

  it('shows a given block with what is unknown in it, and empty texts in sets', () => {
    const planned = planValues(
      BLOCK,
      undefined,
      config({
        profile: [{ mode: 'x', size: null, address: null }],
        log: [{ category: null, group: 'audit', token: null }],
        rules: [{ name: 'web', ports: null }],
      }),
    );
    expect(planned).toMatchObject({
      profile: [{ mode: 'x', size: null, address: UNKNOWN }],
      log: [{ category: '', group: 'audit', token: UNKNOWN }],
      rules: [{ name: 'web', ports: [] }],
    });
  });

  it('keeps what is, where nothing else is asked for', () => {
    const same = config({
      log: [{ category: null, group: 'audit', token: null }],
      zones: [],
    });
    expect(planValues(BLOCK, STATE, same)).toEqual(STATE);
  });

  it('replaces for what cannot change, and says where', () => {
    const find = (given: ValueObject) =>
      findReplacements(BLOCK, STATE, planValues(BLOCK, STATE, config(given)));
    expect(find({ tier: 'Paid', enabled: true })).toEqual([]);
    expect(find({ name: 'b', zones: ['1'] })).toEqual([['name'], ['zones']]);
    expect(find({ name: UNKNOWN })).toEqual([['name']]);
    expect(find({ profile: [{ mode: 'y', size: 1, address: null }] })).toEqual([
      ['profile', 0, 'mode'],
    ]);
  });

  it('shows no null within the blocks of a resource that it changes', () => {
    const planned = planValues(BLOCK, STATE, config({ tier: 'Paid' }));
    expect(rewriteNested(BLOCK, STATE, planned)).toMatchObject({
      tier: 'Paid',
      profile: [{ mode: 'x', size: 0, address: '10.0.0.1' }],
    });
  });
});
