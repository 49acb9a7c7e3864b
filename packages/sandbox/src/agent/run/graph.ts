import { TaskResult } from '../contract';
import { Outcome } from './conditions';

/** The result of a whole from the results of its parts. */
export function aggregate(results: TaskResult[]): TaskResult {
  for (const worst of ['failed', 'canceled', 'succeededWithIssues'] as const) {
    if (results.includes(worst)) return worst;
  }
  return results.length > 0 && results.every(result => result === 'skipped')
    ? 'skipped'
    : 'succeeded';
}

interface GraphNode {
  name: string;
  dependsOn: string[];
}

/** Starts each node when those it depends on have ended. */
export async function inOrder<T extends GraphNode>(
  nodes: T[],
  run: (node: T) => Promise<void>,
): Promise<void> {
  const started = new Map<T, Promise<void>>();
  const start = (node: T): Promise<void> => {
    const known = started.get(node);
    if (known) return known;
    const before = dependenciesOf(nodes, node).map(start);
    const promise = Promise.all(before).then(() => run(node));
    started.set(node, promise);
    return promise;
  };
  await Promise.all(nodes.map(start));
}

function dependenciesOf<T extends GraphNode>(nodes: T[], node: T): T[] {
  const wanted = node.dependsOn.map(name => name.toLowerCase());
  return nodes.filter(other => wanted.includes(other.name.toLowerCase()));
}

/** Outcomes of all that a node depends on, directly or through others. */
export function closure<T extends GraphNode>(
  nodes: T[],
  node: T,
  outcomes: ReadonlyMap<string, Outcome>,
): Map<string, Outcome> {
  const found = new Map<string, Outcome>();
  const visit = (current: T) => {
    for (const dependency of dependenciesOf(nodes, current)) {
      const outcome = outcomes.get(dependency.name);
      if (outcome && !found.has(dependency.name)) {
        found.set(dependency.name, outcome);
        visit(dependency);
      }
    }
  };
  visit(node);
  return found;
}

export function named(
  names: string[],
  outcomes: ReadonlyMap<string, Outcome>,
): [string, Outcome][] {
  const wanted = names.map(name => name.toLowerCase());
  return [...outcomes].filter(([name]) => wanted.includes(name.toLowerCase()));
}
