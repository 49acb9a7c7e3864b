import { NOWHERE, contextNode, nodeFromJson } from '../yaml/node';
import { evaluateText } from './evaluate';
import { GENERAL_FUNCTIONS } from './functions';
import { Value, toJson } from './values';

const parameters = contextNode({
  obj: nodeFromJson(
    {
      a: 1,
      CamelKey: 'c',
      'dotted.name': 'five',
      list: [{ id: '7' }, { id: '8' }],
      names: ['alpha', 'BETA'],
    },
    NOWHERE,
  ),
  yes: true,
  count: 3,
});
const environment = {
  names: new Map<string, Value>([
    ['parameters', parameters],
    ['variables', contextNode({ 'Build.Reason': 'Manual' })],
  ]),
  functions: GENERAL_FUNCTIONS,
};
const value = (text: string) => toJson(evaluateText(text, environment));

describe('expressions', () => {
  // The answers are the service's, as its preview gives them.
  it.each([
    ["eq(1, '1')", true],
    ["eq('A', 'a')", true],
    ["eq('', parameters.obj.nothing)", true],
    ['eq(0, parameters.obj.nothing)', true],
    ["eq(1000, '1,000')", true],
    ["eq(1, 'x')", false],
    ["ne(1, 'x')", true],
    ["eq(true, 'false')", true],
    ["eq('true', parameters.yes)", true],
    ['gt(1.10, 1.9)', false],
    ['gt(1.10.0, 1.9.0)', true],
    ["lt(1.2.0, '1.3')", true],
    ['eq(parameters.obj, parameters.obj)', true],
    ["and(false, lt(1, 'x'))", false],
    ["in('b', 'a', 'B', lt(1, 'x'))", true],
    ["notIn('c', 'a', 'b')", true],
    ["contains('Moorline', 'LINE')", true],
    ["containsValue(parameters.obj.names, 'beta')", true],
    ["startsWith('refs/heads/main', 'REFS')", true],
    ["endsWith('a.yml', '.YML')", true],
    ['xor(true, false)', true],
    ["format('{0} {{x}} {1}', 'a', parameters.count)", 'a {x} 3'],
    ["join('-', parameters.obj.names)", 'alpha-BETA'],
    ["join(',', parameters.obj.list.*.id)", '7,8'],
    ["join(',', parameters.obj.list[*].id)", '7,8'],
    ["length('four')", 4],
    ['length(parameters.obj.list)', 2],
    ["lower('AB')", 'ab'],
    ["upper('ab')", 'AB'],
    ["trim('  a ')", 'a'],
    ["replace('a-b-c', '-', '_')", 'a_b_c'],
    ["split('a in b', ' in ')[1]", 'b'],
    ["coalesce(parameters.obj.nothing, '', 'z')", 'z'],
    ["iif(eq(1, 1), 'yes', lt(1, 'x'))", 'yes'],
    ["parameters['OBJ']['dotted.name']", 'five'],
    ['parameters.obj.camelkey', null],
    ['parameters.obj.CamelKey', 'c'],
    ['parameters.obj.a.b.c', null],
    ['parameters.obj.list[parameters.obj.a].id', '8'],
    ['parameters.obj.list[-1]', null],
    ["variables['build.reason']", 'Manual'],
    ["'It''s OK'", "It's OK"],
    ['-1.5', -1.5],
    ['.5', 0.5],
    ['TRUE', true],
    ['EQ (1, 1)', true],
    ["format('{0}', true)", 'True'],
    [
      'convertToJson(parameters.obj.list)',
      '[\n  {\n    "id": "7"\n  },\n  {\n    "id": "8"\n  }\n]',
    ],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  const HELP =
    '. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996';
  it.each([
    ['1 == 1', "Unexpected symbol: '=='. Located at position 3"],
    ['null', "Unrecognized value: 'null'. Located at position 1"],
    ['   null', "Unrecognized value: 'null'. Located at position 1"],
    ['nosuch.a', "Unrecognized value: 'nosuch'. Located at position 1"],
    ['nosuch 2', "Unexpected symbol: '2'. Located at position 8"],
    [
      'nosuchfunc(1)',
      "Unrecognized value: 'nosuchfunc'. Located at position 1",
    ],
    ['always()', "Unrecognized value: 'always'. Located at position 1"],
    ['eq(1)', "Unexpected symbol: ')'. Located at position 5"],
    ['eq(1, 2, 3)', "Unexpected symbol: ','. Located at position 8"],
    ['eq(1,', "Unclosed function: 'eq'. Located at position 1"],
    ['eq', "Expected '(' to follow a function: 'eq'. Located at position 1"],
    ['(true)', "Unexpected symbol: '('. Located at position 1"],
    ['1e3 2', "Unrecognized value: '1e3'. Located at position 1"],
    [
      'parameters.obj.9num',
      "Unexpected symbol: '9num'. Located at position 16",
    ],
    ['parameters.obj.list[]', "Unexpected symbol: ']'. Located at position 21"],
    [
      'parameters.obj.',
      "Expected a property name to follow the dereference operator '.': '.'. Located at position 15",
    ],
  ])('refuses %s', (text, message) => {
    expect(() => value(text)).toThrow(
      `${message} within expression: '${text.trim()}'${HELP}`,
    );
  });

  it.each([
    ['', 'An expression was expected'],
    ["lt(1, 'x')", 'Unable to convert from String to Number. Value: x'],
    [
      "contains(parameters.obj.names, 'alpha')",
      'Unable to convert from Array to String. Value: Array',
    ],
    ['lt(parameters.obj, 1)', 'Unable to convert from Object to Number'],
    ["format('{1}', 'a')", 'references more arguments'],
    ['length(1)', "Kind 'Number' not supported"],
    [
      `${'not('.repeat(50)}false${')'.repeat(50)}`,
      'Exceeded max expression depth 50',
    ],
  ])('refuses %s with a message', (text, message) => {
    expect(() => value(text)).toThrow(message);
  });

  it('takes fifty levels', () => {
    expect(value(`${'not('.repeat(49)}false${')'.repeat(49)}`)).toBe(true);
  });
});
