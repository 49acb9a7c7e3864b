import {
  Alias,
  LineCounter,
  Node as YamlNode,
  isAlias,
  isMap,
  isNode as isYamlNode,
  isScalar,
  isSeq,
  parseDocument,
} from 'yaml';
import { Refusal } from '../problems';
import { Mark, MappingEntry, Node, SourceFile, scalarNode } from './node';

/** True for text that holds a compile-time expression. */
export function hasExpression(text: string): boolean {
  return text.includes('${{');
}

/**
 * Reads one YAML document into nodes with positions.
 * @throws Refusal for text that is not YAML and for what Azure Pipelines does not accept: anchors,
 * several documents, tags, a key that stands twice.
 */
export function readYaml(file: SourceFile, text: string): Node {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    // Every scalar is text, as Azure Pipelines reads them.
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const markAt = (offset: number): Mark => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) throw Refusal.at(markAt(fault.pos[0]), fault.message);
  if (!document.contents) return scalarNode('', markAt(0));
  return convert(document.contents as YamlNode, markAt);
}

function convert(node: YamlNode, markAt: (offset: number) => Mark): Node {
  const mark = markAt(node.range?.[0] ?? 0);
  if (isAlias(node)) throw anchorRefusal(mark, (node as Alias).source);
  const { anchor } = node as { anchor?: string };
  if (anchor) throw anchorRefusal(mark, anchor);
  if (isScalar(node)) {
    return scalarNode(
      node.value === null || node.value === undefined ? '' : String(node.value),
      mark,
    );
  }
  if (isSeq(node)) {
    return {
      kind: 'sequence',
      mark,
      items: node.items.map(item =>
        isYamlNode(item) ? convert(item, markAt) : scalarNode('', mark),
      ),
    };
  }
  if (!isMap(node)) throw Refusal.at(mark, 'Unexpected YAML');
  const seen = new Set<string>();
  const entries: MappingEntry[] = [];
  for (const pair of node.items) {
    const key = isYamlNode(pair.key)
      ? convert(pair.key, markAt)
      : scalarNode('', mark);
    if (key.kind !== 'scalar') {
      throw Refusal.at(key.mark, `A ${key.kind} was not expected`);
    }
    const name = String(key.value);
    // Directives such as `${{ if … }}` may repeat; what they insert is checked later.
    if (!hasExpression(name)) {
      if (seen.has(name.toLowerCase())) {
        throw Refusal.at(key.mark, `'${name}' is already defined`);
      }
      seen.add(name.toLowerCase());
    }
    entries.push({
      key,
      value: isYamlNode(pair.value)
        ? convert(pair.value, markAt)
        : scalarNode('', key.mark),
    });
  }
  return { kind: 'mapping', mark, entries };
}

function anchorRefusal(mark: Mark, name: string): Refusal {
  return Refusal.in(
    mark.file,
    `Anchors are not currently supported. Remove the anchor '${name}'`,
  );
}
