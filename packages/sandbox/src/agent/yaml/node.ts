import { Version } from '../expressions/version';

/** A file that YAML was read from. */
export interface SourceFile {
  /** Alias of the repository in the pipeline: `self` or the name of a resource. */
  alias: string;
  /** Name of the repository in the project. */
  repository: string;
  commit: string;
  /** Absolute path in the repository, with a leading slash. */
  path: string;
}

/** Where a node stands, counted from one. */
export interface Mark {
  file: SourceFile;
  line: number;
  column: number;
}

/** A simple value of the expression language; undefined is its Null. */
export type Scalar = string | boolean | number | Version | undefined;

export interface ScalarNode {
  kind: 'scalar';
  value: Scalar;
  mark: Mark;
}

export interface SequenceNode {
  kind: 'sequence';
  items: Node[];
  mark: Mark;
  /** Made by `.*`: an index is applied to each item. */
  filtered?: boolean;
}

export interface MappingEntry {
  key: ScalarNode;
  value: Node;
}

export interface MappingNode {
  kind: 'mapping';
  entries: MappingEntry[];
  mark: Mark;
  /** Contexts such as `variables` are looked up without regard to case; objects from YAML are not. */
  ignoreCase?: boolean;
}

/**
 * YAML with positions. Every scalar read from a file is text, as in Azure Pipelines; booleans and
 * numbers come from typed parameters and expressions.
 */
export type Node = ScalarNode | SequenceNode | MappingNode;

/** A mark for values that come from no file. */
export const NOWHERE: Mark = {
  file: { alias: 'self', repository: '', commit: '', path: '' },
  line: 1,
  column: 1,
};

export function scalarNode(value: Scalar, mark: Mark = NOWHERE): ScalarNode {
  return { kind: 'scalar', value, mark };
}

/** A mapping from a plain record, for the contexts of expressions. */
export function contextNode(
  record: Record<string, Scalar | Node>,
  mark: Mark = NOWHERE,
): MappingNode {
  return {
    kind: 'mapping',
    mark,
    ignoreCase: true,
    entries: Object.entries(record).map(([key, value]) => ({
      key: scalarNode(key, mark),
      value: isNode(value) ? value : scalarNode(value, mark),
    })),
  };
}

/** A node from JSON: numbers and booleans become text, as they would from YAML. */
export function nodeFromJson(json: unknown, mark: Mark): Node {
  if (Array.isArray(json)) {
    return {
      kind: 'sequence',
      mark,
      items: json.map(item => nodeFromJson(item, mark)),
    };
  }
  if (typeof json === 'object' && json !== null) {
    return {
      kind: 'mapping',
      mark,
      entries: Object.entries(json).map(([key, value]) => ({
        key: scalarNode(key, mark),
        value: nodeFromJson(value, mark),
      })),
    };
  }
  return scalarNode(
    json === undefined || json === null ? '' : String(json),
    mark,
  );
}

export function isNode(value: Scalar | Node): value is Node {
  return (
    typeof value === 'object' && !(value instanceof Version) && 'kind' in value
  );
}

/** The value under a key; a repeated key's last value wins. */
export function lookUp(mapping: MappingNode, key: string): Node | undefined {
  const wanted = mapping.ignoreCase ? key.toLowerCase() : key;
  let found: Node | undefined;
  for (const entry of mapping.entries) {
    const name = String(entry.key.value ?? '');
    if ((mapping.ignoreCase ? name.toLowerCase() : name) === wanted) {
      found = entry.value;
    }
  }
  return found;
}
