import { toText, valueOf } from '../expressions/values';
import { Problems, Refusal } from '../problems';
import {
  Mark,
  MappingEntry,
  MappingNode,
  Node,
  SourceFile,
  scalarNode,
} from '../yaml/node';
import { hasExpression, readYaml } from '../yaml/read-yaml';

const TYPES = [
  'string',
  'number',
  'boolean',
  'object',
  'step',
  'stepList',
  'job',
  'jobList',
  'deployment',
  'deploymentList',
  'stage',
  'stageList',
  'stringList',
] as const;
type ParameterType = (typeof TYPES)[number];

interface Declaration {
  name: string;
  /** Undefined for the old mapping form, which takes anything. */
  type?: ParameterType;
  default?: Node;
  values?: string[];
  mark: Mark;
}

/** A value handed to a template or a run. */
export interface GivenParameter {
  name: string;
  value: Node;
  mark: Mark;
}

/** Reads a `parameters:` block, in the list form or the old mapping form. */
export function readDeclarations(block: Node | undefined): Declaration[] {
  if (!block) return [];
  refuseExpressions(block);
  if (block.kind === 'mapping') {
    return block.entries.map(entry => ({
      name: toText(entry.key.value),
      default: entry.value,
      mark: entry.key.mark,
    }));
  }
  if (block.kind !== 'sequence') {
    if (block.value === '') return [];
    throw Refusal.at(block.mark, `Unexpected value '${toText(block.value)}'`);
  }
  return block.items.map(readDeclaration);
}

function readDeclaration(item: Node): Declaration {
  if (item.kind !== 'mapping') {
    throw Refusal.at(
      item.mark,
      item.kind === 'scalar'
        ? `Unexpected value '${toText(item.value)}'`
        : 'A sequence was not expected',
    );
  }
  const declaration: Declaration = {
    name: '',
    type: 'string',
    mark: item.mark,
  };
  for (const { key, value } of item.entries) {
    switch (toText(key.value)) {
      case 'name':
        declaration.name = text(value);
        break;
      case 'displayName':
        text(value);
        break;
      case 'type': {
        const type = TYPES.find(
          known => known.toLowerCase() === text(value).toLowerCase(),
        );
        if (!type) {
          throw Refusal.at(
            value.mark,
            `The parameter type '${text(
              value,
            )}' is not supported by the sandbox. It knows ${TYPES.join(', ')}`,
          );
        }
        declaration.type = type;
        break;
      }
      case 'default':
        declaration.default = value;
        break;
      case 'values':
        if (value.kind !== 'sequence') {
          throw Refusal.at(value.mark, 'A sequence was expected');
        }
        declaration.values = value.items.map(text);
        break;
      default:
        throw Refusal.at(key.mark, `Unexpected value '${toText(key.value)}'`);
    }
  }
  if (!declaration.name) {
    throw Refusal.at(item.mark, 'A parameter needs a name');
  }
  return declaration;
}

/**
 * Binds given values to the declared parameters: checks names, types and allowed values and fills
 * defaults.
 * @param site - where values were given, for what is missing
 */
export function bindParameters(
  declarations: Declaration[],
  given: GivenParameter[],
  site: Mark,
  problems: Problems,
): MappingNode {
  const entries: MappingEntry[] = [];
  for (const { name, mark } of given) {
    if (!declarations.some(known => same(known.name, name))) {
      problems.add(mark, `Unexpected parameter '${name}'`);
    }
  }
  for (const declaration of declarations) {
    const { name } = declaration;
    const value = given.find(candidate => same(candidate.name, name));
    const node = value?.value ?? declaration.default;
    if (!node) {
      problems.add(
        site,
        `A value for the '${name}' parameter must be provided.`,
      );
    } else {
      const mark = value?.mark ?? declaration.mark;
      const typed = convert(declaration, node, mark, problems);
      entries.push({ key: scalarNode(name, declaration.mark), value: typed });
    }
  }
  return { kind: 'mapping', entries, mark: site, ignoreCase: true };
}

function convert(
  { name, type, values }: Declaration,
  node: Node,
  mark: Mark,
  problems: Problems,
): Node {
  if (type === undefined || type === 'object') return node;
  const invalid = (what: string): Node => {
    const shown =
      node.kind === 'scalar' ? ` value '${toText(node.value)}'` : '';
    problems.add(
      mark,
      `The '${name}' parameter${shown} is not a valid ${what}.`,
    );
    return node;
  };
  if (type === 'string' || type === 'number' || type === 'boolean') {
    if (node.kind !== 'scalar') {
      return invalid(type[0].toUpperCase() + type.slice(1));
    }
    const shown = toText(node.value);
    let result: Node;
    if (type === 'string') {
      result = scalarNode(shown, node.mark);
    } else if (type === 'boolean') {
      if (!/^(true|false)$/i.test(shown)) return invalid('Boolean');
      result = scalarNode(shown.toLowerCase() === 'true', node.mark);
    } else {
      if (!/^-?(\d+\.?\d*|\.\d+)$/.test(shown)) return invalid('Number');
      result = scalarNode(Number(shown), node.mark);
    }
    if (values && !values.some(allowed => matches(type, allowed, shown))) {
      problems.add(
        mark,
        `The '${name}' parameter value '${shown}' is not an allowed value. Allowed values: ${values.join(
          ', ',
        )}`,
      );
    }
    return result;
  }
  if (
    type === 'step' ||
    type === 'job' ||
    type === 'stage' ||
    type === 'deployment'
  ) {
    return node.kind === 'mapping' ? node : invalid(capital(type));
  }
  if (node.kind !== 'sequence') {
    return node.kind === 'scalar' && node.value === ''
      ? { kind: 'sequence', items: [], mark: node.mark }
      : invalid(capital(type));
  }
  if (type === 'stringList') {
    for (const item of node.items) {
      const shown = item.kind === 'scalar' ? toText(item.value) : item.kind;
      if (item.kind !== 'scalar' || (values && !values.includes(shown))) {
        problems.add(
          mark,
          `The '${name}' parameter value '${shown}' is not an allowed value.`,
        );
      }
    }
  }
  return node;
}

/** Values of a run request: text for every type, as REST carries them; objects may also be JSON. */
export function givenFromRequest(
  file: SourceFile,
  values: Record<string, unknown>,
  declarations: Declaration[],
  fromJson: (json: unknown, mark: Mark) => Node,
): GivenParameter[] {
  const mark: Mark = { file, line: 1, column: 1 };
  return Object.entries(values).map(([name, value]) => {
    const declared = declarations.find(known => same(known.name, name));
    const simple = ['string', 'number', 'boolean', undefined];
    if (
      typeof value === 'string' &&
      declared &&
      !simple.includes(declared.type)
    ) {
      const where = declared.mark;
      const parsed = readYaml(where.file, value);
      return { name, value: moved(parsed, where), mark: where };
    }
    return {
      name,
      value: fromJson(value, declared?.mark ?? mark),
      mark: declared?.mark ?? mark,
    };
  });
}

function moved(node: Node, mark: Mark): Node {
  if (node.kind === 'scalar') return { ...node, mark };
  if (node.kind === 'sequence') {
    return { ...node, mark, items: node.items.map(item => moved(item, mark)) };
  }
  return {
    ...node,
    mark,
    entries: node.entries.map(entry => ({
      key: { ...entry.key, mark },
      value: moved(entry.value, mark),
    })),
  };
}

function refuseExpressions(node: Node): void {
  if (node.kind === 'scalar') {
    if (hasExpression(toText(node.value))) {
      throw Refusal.at(
        node.mark,
        'A template expression is not allowed in this context',
      );
    }
    return;
  }
  if (node.kind === 'sequence') node.items.forEach(refuseExpressions);
  else {
    node.entries.forEach(entry => {
      refuseExpressions(entry.key);
      refuseExpressions(entry.value);
    });
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function capital(type: string): string {
  return type[0].toUpperCase() + type.slice(1);
}

function matches(type: string, allowed: string, shown: string): boolean {
  return type === 'number'
    ? Number(allowed) === Number(shown)
    : allowed === shown || (type === 'boolean' && same(allowed, shown));
}

function text(node: Node): string {
  const value = valueOf(node);
  if (node.kind !== 'scalar') {
    throw Refusal.at(node.mark, `A ${node.kind} was not expected`);
  }
  return toText(value);
}
