import {
  Node,
  MappingNode,
  Scalar,
  SequenceNode,
  isNode,
  lookUp,
} from '../yaml/node';
import { ExpressionError } from './expression-error';
import { Version } from './version';

/** A value of the expression language. */
export type Value = Scalar | SequenceNode | MappingNode;

type Kind =
  | 'Null'
  | 'Boolean'
  | 'Number'
  | 'String'
  | 'Version'
  | 'Object'
  | 'Array';

export function kindOf(value: Value): Kind {
  if (value === undefined) return 'Null';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return 'Number';
  if (typeof value === 'string') return 'String';
  if (value instanceof Version) return 'Version';
  return value.kind === 'sequence' ? 'Array' : 'Object';
}

/** A node's value: scalars are unwrapped. */
export function valueOf(node: Node): Value {
  return node.kind === 'scalar' ? node.value : node;
}

export function toBoolean(value: Value): boolean {
  if (value === undefined || value === '' || value === 0) return false;
  return value !== false;
}

/** @throws ExpressionError for objects and arrays. */
export function toText(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Version || typeof value !== 'object') {
    return String(value);
  }
  throw cannot(value, 'String');
}

/** A number, or undefined when the value is none. */
export function toNumber(value: Value): number | undefined {
  if (value === undefined || value === '') return 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().replace(/(\d),(?=\d{3}(\D|$))/g, '$1');
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined;
}

function toVersion(value: Value): Version | undefined {
  if (value instanceof Version) return value;
  if (typeof value === 'string') return Version.parse(value.trim());
  return typeof value === 'number' ? Version.parse(String(value)) : undefined;
}

/** `eq`: the right side becomes the left side's kind; text is compared without regard to case. */
export function equals(left: Value, right: Value): boolean {
  switch (kindOf(left)) {
    case 'Null':
      return right === undefined || right === '';
    case 'Boolean':
      return !isCollection(right) && left === toBoolean(right);
    case 'Number':
      return toNumber(right) === left;
    case 'String':
      return (
        !isCollection(right) &&
        String(left).toLowerCase() === toText(right).toLowerCase()
      );
    case 'Version': {
      const other = toVersion(right);
      return other !== undefined && (left as Version).compare(other) === 0;
    }
    default:
      return left === right;
  }
}

/** Below, equal or above zero. @throws ExpressionError when the right side cannot be converted. */
export function compare(left: Value, right: Value): number {
  switch (kindOf(left)) {
    case 'Boolean':
      if (isCollection(right)) throw cannot(right, 'Boolean');
      return Number(left) - Number(toBoolean(right));
    case 'String': {
      const a = String(left).toUpperCase();
      const b = toText(right).toUpperCase();
      if (a === b) return 0;
      return a < b ? -1 : 1;
    }
    case 'Version': {
      const other = toVersion(right);
      if (!other) throw cannot(right, 'Version');
      return (left as Version).compare(other);
    }
    default: {
      const a = toNumber(left);
      const b = toNumber(right);
      if (a === undefined) throw cannot(left, 'Number');
      if (b === undefined) throw cannot(right, 'Number');
      return a - b;
    }
  }
}

export function isCollection(
  value: Value,
): value is SequenceNode | MappingNode {
  return isNode(value);
}

/** The value at an index; Null when there is none, whatever the target is. */
export function index(target: Value, at: Value): Value {
  if (!isCollection(target)) return undefined;
  if (target.kind === 'mapping') {
    if (isCollection(at)) return undefined;
    const found = lookUp(target, toText(at));
    return found && valueOf(found);
  }
  if (target.filtered) {
    const items = target.items.flatMap((item): Node[] => {
      const found = index(valueOf(item), at);
      if (found === undefined) return [];
      return isNode(found)
        ? [found]
        : [{ kind: 'scalar', value: found, mark: target.mark }];
    });
    return { ...target, items };
  }
  const position = toNumber(at);
  if (position === undefined || position < 0) return undefined;
  const item = target.items[Math.floor(position)];
  return item && valueOf(item);
}

/** `.*`: the items of an array or the values of an object. */
export function every(target: Value): Value {
  if (!isCollection(target)) return undefined;
  let items =
    target.kind === 'mapping'
      ? target.entries.map(entry => entry.value)
      : target.items;
  if (target.kind === 'sequence' && target.filtered) {
    items = target.items.flatMap(item => {
      const inner = every(valueOf(item));
      return isCollection(inner) && inner.kind === 'sequence'
        ? inner.items
        : [];
    });
  }
  return { kind: 'sequence', items, mark: target.mark, filtered: true };
}

/** A plain JSON value, for `convertToJson` and for printing. */
export function toJson(value: Value): unknown {
  if (!isCollection(value)) {
    if (value instanceof Version) return value.toString();
    return value === undefined ? null : value;
  }
  if (value.kind === 'sequence') {
    return value.items.map(item => toJson(valueOf(item)));
  }
  return Object.fromEntries(
    value.entries.map(entry => [
      toText(entry.key.value),
      toJson(valueOf(entry.value)),
    ]),
  );
}

function cannot(value: Value, kind: string): ExpressionError {
  const from = kindOf(value);
  return new ExpressionError(
    `Unable to convert from ${from} to ${kind}. Value: ${
      isCollection(value) ? from : toText(value)
    }`,
  );
}
