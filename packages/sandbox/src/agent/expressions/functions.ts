import { NOWHERE, scalarNode } from '../yaml/node';
import { ExpressionError } from './expression-error';
import { Arity } from './parser';
import {
  Value,
  compare,
  equals,
  isCollection,
  kindOf,
  toBoolean,
  toJson,
  toNumber,
  toText,
  valueOf,
} from './values';

/** Arguments are evaluated when asked for: `and`, `or`, `in` and `coalesce` stop early. */
export type LazyArgument = () => Value;

export interface ExpressionFunction extends Arity {
  call(args: LazyArgument[]): Value;
}

function define(
  min: number,
  max: number | undefined,
  call: (...args: Value[]) => Value,
): ExpressionFunction {
  return { min, max, call: args => call(...args.map(arg => arg())) };
}

function lazy(
  min: number,
  max: number | undefined,
  call: (args: LazyArgument[]) => Value,
): ExpressionFunction {
  return { min, max, call };
}

const lower = (value: Value) => toText(value).toLowerCase();
const isIn = (args: LazyArgument[]) => {
  const left = args[0]();
  return args.slice(1).some(arg => equals(left, arg()));
};

/** The functions that every expression may use, by lower case name. */
export const GENERAL_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> =
  new Map<string, ExpressionFunction>([
    ['and', lazy(2, undefined, args => args.every(arg => toBoolean(arg())))],
    ['or', lazy(2, undefined, args => args.some(arg => toBoolean(arg())))],
    ['not', define(1, 1, value => !toBoolean(value))],
    ['xor', define(2, 2, (a, b) => toBoolean(a) !== toBoolean(b))],
    ['eq', define(2, 2, (a, b) => equals(a, b))],
    ['ne', define(2, 2, (a, b) => !equals(a, b))],
    ['lt', define(2, 2, (a, b) => compare(a, b) < 0)],
    ['le', define(2, 2, (a, b) => compare(a, b) <= 0)],
    ['gt', define(2, 2, (a, b) => compare(a, b) > 0)],
    ['ge', define(2, 2, (a, b) => compare(a, b) >= 0)],
    ['in', lazy(2, undefined, isIn)],
    ['notin', lazy(2, undefined, args => !isIn(args))],
    ['contains', define(2, 2, (a, b) => lower(a).includes(lower(b)))],
    ['containsvalue', define(2, 2, containsValue)],
    ['startswith', define(2, 2, (a, b) => lower(a).startsWith(lower(b)))],
    ['endswith', define(2, 2, (a, b) => lower(a).endsWith(lower(b)))],
    [
      'format',
      define(1, undefined, (text, ...args) => format(toText(text), args)),
    ],
    ['join', define(2, 2, join)],
    ['length', define(1, 1, length)],
    ['lower', define(1, 1, lower)],
    ['upper', define(1, 1, value => toText(value).toUpperCase())],
    ['trim', define(1, 1, value => toText(value).trim())],
    [
      'replace',
      define(3, 3, (text, from, to) => {
        const search = toText(from);
        return search === ''
          ? toText(text)
          : toText(text).split(search).join(toText(to));
      }),
    ],
    ['split', define(2, 2, split)],
    [
      'coalesce',
      lazy(2, undefined, args => {
        for (const arg of args) {
          const value = arg();
          if (value !== undefined && value !== '') return value;
        }
        return undefined;
      }),
    ],
    [
      'iif',
      lazy(3, 3, ([condition, yes, no]) =>
        toBoolean(condition()) ? yes() : no(),
      ),
    ],
    [
      'converttojson',
      define(1, 1, value => JSON.stringify(toJson(value), undefined, 2)),
    ],
  ]);

function containsValue(where: Value, what: Value): boolean {
  if (!isCollection(where)) return false;
  const candidates =
    where.kind === 'sequence'
      ? where.items
      : where.entries.map(entry => entry.value);
  return candidates.some(candidate => equals(what, valueOf(candidate)));
}

function format(text: string, args: Value[]): string {
  return text.replace(
    /\{\{|\}\}|\{(\d+)(:[^}]*)?\}|[{}]/g,
    (all, position?: string, style?: string) => {
      if (all === '{{') return '{';
      if (all === '}}') return '}';
      if (position === undefined) {
        throw new ExpressionError(`The format string is invalid: ${text}`);
      }
      if (style) {
        throw new ExpressionError(
          `The format specifier '${style.slice(
            1,
          )}' in '${text}' is not supported by the sandbox: write the value in the form you want`,
        );
      }
      if (Number(position) >= args.length) {
        throw new ExpressionError(
          `The format string references more arguments than were supplied: ${text}`,
        );
      }
      return toText(args[Number(position)]);
    },
  );
}

function join(separator: Value, items: Value): string {
  if (!isCollection(items)) return toText(items);
  if (items.kind === 'mapping') {
    throw new ExpressionError(
      'Unable to convert from Object to String. Value: Object',
    );
  }
  return items.items
    .map(item => (item.kind === 'scalar' ? toText(item.value) : ''))
    .join(toText(separator));
}

function length(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (isCollection(value)) {
    return value.kind === 'sequence'
      ? value.items.length
      : value.entries.length;
  }
  throw new ExpressionError(
    `Kind '${kindOf(
      value,
    )}' not supported. Only arrays, strings, dictionaries, or collections are supported for the length function.`,
  );
}

function split(text: Value, separator: Value): Value {
  const by = toText(separator);
  const parts = by === '' ? [toText(text)] : toText(text).split(by);
  return {
    kind: 'sequence',
    mark: NOWHERE,
    items: parts.map(part => scalarNode(part)),
  };
}

/** `counter(prefix, seed)`, for variables of a run only. */
export function counterFunction(
  next: (prefix: string, seed: number) => number,
): ExpressionFunction {
  return define(0, 2, (prefix, seed) => {
    const start = toNumber(seed);
    if (start === undefined) {
      throw new ExpressionError(
        `counter: the seed '${toText(seed)}' is not a number`,
      );
    }
    return next(toText(prefix), start);
  });
}
