import { ExpressionError } from '../expressions/expression-error';
import { evaluateText } from '../expressions/evaluate';
import { Value, isCollection, toBoolean, toText } from '../expressions/values';
import { Refusal } from '../problems';
import { Mark, Node, ScalarNode, scalarNode } from '../yaml/node';
import { hasExpression } from '../yaml/read-yaml';
import { Chain } from './chain';
import { Scope } from './scope';
import {
  Directive,
  NOT_CLOSED,
  readDirective,
  splitSegments,
} from './segments';

/**
 * A node that is expanded when it is read, in the scope that it stands in. Without a scope the node
 * is final: text that came from a parameter is never expanded again.
 */
export interface Lazy {
  node: Node;
  scope?: Scope;
}

export interface LazyEntry {
  key: ScalarNode;
  value: Lazy;
}

/** The same node, seeing the variables of another scope; its loop variables stay. */
export function withVariables(lazy: Lazy, scope: Scope): Lazy {
  return lazy.scope
    ? { node: lazy.node, scope: lazy.scope.withVariablesOf(scope) }
    : lazy;
}

/** Expands a node's own expression, so that its kind is known; what it holds stays lazy. */
export function resolve(lazy: Lazy): Lazy {
  const { node, scope } = lazy;
  if (!scope || node.kind !== 'scalar') return lazy;
  const value = evaluateScalar(node, scope);
  if (isCollection(value)) return { node: value };
  return { node: scalarNode(value, node.mark) };
}

/** The entries of a mapping, with `if`, `each` and `insert` carried out. */
export function entriesOf(lazy: Lazy): LazyEntry[] {
  const { node, scope } = resolve(lazy);
  if (node.kind !== 'mapping') throw unexpectedKind(node);
  const entries: LazyEntry[] = [];
  const chain = new Chain();
  for (const { key, value } of node.entries) {
    const directive = scope && directiveOf(key);
    if (!scope || !directive) {
      chain.end();
      const name = scope ? resolve({ node: key, scope }).node : key;
      if (name.kind !== 'scalar') throw unexpectedKind(name, key.mark);
      add(entries, { key: name, value: { node: value, scope } });
    } else {
      for (const body of bodies(directive, key.mark, value, scope, chain)) {
        const resolved = resolve(body);
        if (!isEmpty(resolved.node)) {
          if (resolved.node.kind !== 'mapping') {
            throw Refusal.at(value.mark, 'A mapping was expected');
          }
          entriesOf(resolved).forEach(entry => add(entries, entry));
        }
      }
    }
  }
  return entries;
}

/** The items of a sequence, with `if`, `each` and inserted lists carried out. */
export function itemsOf(lazy: Lazy): Lazy[] {
  const { node, scope } = resolve(lazy);
  if (node.kind !== 'sequence') throw unexpectedKind(node);
  if (!scope) return node.items.map(item => ({ node: item }));
  const items: Lazy[] = [];
  const chain = new Chain();
  for (const item of node.items) {
    const only =
      item.kind === 'mapping' && item.entries.length === 1
        ? item.entries[0]
        : undefined;
    const directive =
      only && only.value.kind !== 'mapping' ? directiveOf(only.key) : undefined;
    if (only && directive) {
      const { key, value } = only;
      for (const body of bodies(directive, key.mark, value, scope, chain)) {
        const resolved = resolve(body);
        if (resolved.node.kind === 'sequence') items.push(...itemsOf(resolved));
        else if (!isEmpty(resolved.node)) {
          throw Refusal.at(value.mark, 'A sequence was expected');
        }
      }
    } else {
      chain.end();
      items.push(...spliced({ node: item, scope }));
    }
  }
  return items;
}

/** Expands everything under a node. */
export function expandDeep(lazy: Lazy): Node {
  const { node, scope } = resolve(lazy);
  if (!scope || node.kind === 'scalar') return node;
  if (node.kind === 'sequence') {
    return { ...node, items: itemsOf({ node, scope }).map(expandDeep) };
  }
  return {
    ...node,
    entries: entriesOf({ node, scope }).map(entry => ({
      key: entry.key,
      value: expandDeep(entry.value),
    })),
  };
}

/** Evaluates an expression at a place; faults carry the line. */
export function evaluateAt(mark: Mark, text: string, scope: Scope): Value {
  try {
    return evaluateText(text, scope.environment);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw Refusal.at(mark, error.message);
  }
}

export function unexpectedKind(node: Node, mark: Mark = node.mark): Refusal {
  return node.kind === 'scalar'
    ? Refusal.at(mark, `Unexpected value '${toText(node.value)}'`)
    : Refusal.at(mark, `A ${node.kind} was not expected`);
}

function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && (node.value ?? '') === '';
}

function add(entries: LazyEntry[], entry: LazyEntry): void {
  const name = toText(entry.key.value).toLowerCase();
  if (entries.some(known => toText(known.key.value).toLowerCase() === name)) {
    throw Refusal.at(
      entry.key.mark,
      `'${toText(entry.key.value)}' is already defined`,
    );
  }
  entries.push(entry);
}

/** `- ${{ parameters.steps }}` stands for the items of the list. */
function spliced(lazy: Lazy): Lazy[] {
  if (lazy.node.kind !== 'scalar') return [lazy];
  const resolved = resolve(lazy);
  return resolved.node.kind === 'sequence' ? itemsOf(resolved) : [resolved];
}

function evaluateScalar(node: ScalarNode, scope: Scope): Value {
  if (typeof node.value !== 'string' || !hasExpression(node.value)) {
    return node.value;
  }
  const segments = splitSegments(node.value);
  if (!segments) throw Refusal.at(node.mark, NOT_CLOSED);
  const [first] = segments;
  if (segments.length === 1 && first.kind === 'expression') {
    return evaluateSegment(node, first.text, scope);
  }
  try {
    return segments
      .map(segment =>
        segment.kind === 'text'
          ? segment.text
          : toText(evaluateSegment(node, segment.text, scope)),
      )
      .join('');
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw Refusal.at(node.mark, error.message);
  }
}

const MEMBER = /^parameters\.([A-Za-z_][A-Za-z0-9_]*)/i;

function evaluateSegment(node: ScalarNode, text: string, scope: Scope): Value {
  if (readDirective(text)) {
    throw Refusal.at(node.mark, `Unexpected value '\${{ ${text} }}'`);
  }
  const value = evaluateAt(node.mark, text, scope);
  const member = MEMBER.exec(text);
  if (value === undefined && member?.[0].length === text.length) {
    throw Refusal.at(node.mark, `Key not found '${member[1]}'`);
  }
  return value;
}

function directiveOf(key: ScalarNode): Directive | undefined {
  const text = toText(key.value);
  if (!hasExpression(text)) return undefined;
  const segments = splitSegments(text);
  return segments?.length === 1 && segments[0].kind === 'expression'
    ? readDirective(segments[0].text)
    : undefined;
}

/** The bodies that a directive inserts, each in its scope. */
function bodies(
  directive: Directive,
  mark: Mark,
  body: Node,
  scope: Scope,
  chain: Chain,
): Lazy[] {
  const inserted = [{ node: body, scope }];
  switch (directive.kind) {
    case 'if': {
      const taken = toBoolean(evaluateAt(mark, directive.condition, scope));
      return chain.start(taken) ? inserted : [];
    }
    case 'elseif': {
      if (!chain.continue(mark, 'elseif')) return [];
      const taken = toBoolean(evaluateAt(mark, directive.condition, scope));
      return chain.start(taken) ? inserted : [];
    }
    case 'else': {
      const taken = chain.continue(mark, 'else');
      chain.end();
      return taken ? inserted : [];
    }
    case 'insert':
      chain.end();
      return inserted;
    default:
      chain.end();
      return eachBody(directive, mark, body, scope);
  }
}

function eachBody(
  directive: { variable: string; collection: string },
  mark: Mark,
  body: Node,
  scope: Scope,
): Lazy[] {
  const { variable, collection } = directive;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw Refusal.at(
      mark,
      `The value '${variable}' is unexpected. The expected format of an 'each' expression is: \${ each <identifier> in <value> }`,
    );
  }
  if (scope.has(variable)) {
    throw Refusal.at(
      mark,
      `The idenfifier '${variable}' has already been defined within the current scope`,
    );
  }
  const value = evaluateAt(mark, collection, scope);
  if (!isCollection(value)) {
    if (value === undefined || value === '') return [];
    throw Refusal.at(
      mark,
      `Expected a sequence or mapping. Actual value '${toText(value)}'`,
    );
  }
  const elements: Value[] =
    value.kind === 'sequence'
      ? value.items.map(item => (item.kind === 'scalar' ? item.value : item))
      : value.entries.map(entry => ({
          kind: 'mapping' as const,
          mark,
          entries: [
            { key: scalarNode('key', mark), value: entry.key },
            { key: scalarNode('value', mark), value: entry.value },
          ],
        }));
  return elements.map(element => ({
    node: body,
    scope: scope.withName(variable, element),
  }));
}
