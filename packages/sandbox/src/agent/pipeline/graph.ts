import { ExpandedStage, SourcePosition } from '../contract';
import { Problems, Refusal } from '../problems';

interface GraphNode {
  name: string;
  dependsOn: string[];
  position: SourcePosition;
}

/** Checks names and dependencies of stages and jobs: unique, known, without cycles. */
export function checkGraph(stages: ExpandedStage[], problems: Problems): void {
  const at = ({ file, line, column }: SourcePosition, message: string) =>
    problems.addRefusal(
      new Refusal(`${file} (Line: ${line}, Col: ${column}): ${message}`),
    );
  checkNodes(stages, {
    twice: node =>
      `The stage name ${node.name} appears more than once. Stage names must be unique within a pipeline.`,
    unknown: (node, name) =>
      `Stage ${node.name} depends on unknown stage ${name}.`,
    cycle: (node, name) =>
      `Stage ${node.name} depends on stage ${name} which creates a cycle in the dependency graph.`,
    at,
  });
  for (const stage of stages) {
    checkNodes(stage.jobs, {
      twice: node =>
        `Stage ${stage.name} job ${node.name} appears more than once. Job names must be unique within a stage.`,
      unknown: (node, name) =>
        `Stage ${stage.name} job ${node.name} depends on unknown job ${name}.`,
      cycle: (node, name) =>
        `Stage ${stage.name} job ${node.name} depends on job ${name} which creates a cycle in the dependency graph.`,
      at,
    });
  }
}

function checkNodes(
  nodes: GraphNode[],
  say: {
    twice(node: GraphNode): string;
    unknown(node: GraphNode, name: string): string;
    cycle(node: GraphNode, name: string): string;
    at(position: SourcePosition, message: string): void;
  },
): void {
  const byName = new Map<string, GraphNode>();
  for (const node of nodes) {
    const key = node.name.toLowerCase();
    if (byName.has(key)) say.at(node.position, say.twice(node));
    byName.set(key, node);
  }
  for (const node of nodes) {
    for (const name of node.dependsOn) {
      if (!byName.has(name.toLowerCase())) {
        say.at(node.position, say.unknown(node, name));
      } else if (reaches(byName, name, node.name, new Set())) {
        say.at(node.position, say.cycle(node, name));
      }
    }
  }
}

function reaches(
  nodes: Map<string, GraphNode>,
  from: string,
  to: string,
  seen: Set<string>,
): boolean {
  const key = from.toLowerCase();
  if (key === to.toLowerCase()) return true;
  if (seen.has(key)) return false;
  seen.add(key);
  return (nodes.get(key)?.dependsOn ?? []).some(next =>
    reaches(nodes, next, to, seen),
  );
}
