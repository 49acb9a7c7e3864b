import { stringify } from 'yaml';
import {
  ExpandedJob,
  ExpandedJobPart,
  ExpandedPipeline,
  ExpandedStep,
  ExpandedVariable,
} from '../contract';
import { TASKS } from '../tasks/catalog';

/**
 * The expanded pipeline as YAML, in the form of the service's `finalYaml`: variables as a list,
 * shorthand steps as tasks, dependencies as lists.
 */
export function finalYaml(pipeline: Omit<ExpandedPipeline, 'yaml'>): string {
  return stringify(
    compact({
      name: pipeline.name,
      trigger: { enabled: false },
      resources: {
        repositories: pipeline.repositories
          .filter(({ alias }) => alias !== 'self')
          .map(({ alias, name, ref }) => ({
            repository: alias,
            type: 'git',
            name,
            ref,
          })),
      },
      variables: variables(pipeline.variables),
      stages: pipeline.stages.map(stage =>
        compact({
          stage: stage.name,
          displayName:
            stage.displayName === stage.name ? undefined : stage.displayName,
          dependsOn: stage.dependsOn,
          condition: stage.condition,
          variables: variables(stage.variables),
          jobs: stage.jobs.map(job),
        }),
      ),
    }),
    { lineWidth: 0, indentSeq: false },
  );
}

// The service names the agent's own checkout task by its id only.
const CHECKOUT = '6d15af64-176c-496d-b583-fd2ae21d4df4@1';

function job(read: ExpandedJob): object {
  const common = {
    displayName: read.displayName === read.name ? undefined : read.displayName,
    dependsOn: read.dependsOn.length > 0 ? read.dependsOn : undefined,
    condition: read.condition,
    continueOnError: read.continueOnError || undefined,
    timeoutInMinutes:
      read.timeoutInMinutes === 60 ? undefined : read.timeoutInMinutes,
    variables: variables(read.variables),
  };
  if (read.kind === 'job') {
    return compact({
      job: read.name,
      ...common,
      ...steps(read.parts[0]),
    });
  }
  const hook = (name: string) => {
    const part = read.parts.find(candidate => candidate.name === name);
    return part && steps(part);
  };
  return compact({
    deployment: read.name,
    ...common,
    environment: { name: read.environment },
    strategy: {
      runOnce: compact({
        preDeploy: hook('preDeploy'),
        deploy: hook('deploy'),
        routeTraffic: hook('routeTraffic'),
        postRouteTraffic: hook('postRouteTraffic'),
        on:
          hook('onSuccess') || hook('onFailure')
            ? compact({
                success: hook('onSuccess'),
                failure: hook('onFailure'),
              })
            : undefined,
      }),
    },
  });
}

/** What the agent puts in by itself is not part of the expansion. */
function steps(part: ExpandedJobPart): { steps: object[] } {
  return { steps: part.steps.filter(({ implicit }) => !implicit).map(step) };
}

function step(read: ExpandedStep): object {
  const task = TASKS.get(read.task);
  const checkout = read.task === 'checkout@1';
  const reference = task ? `${task.name}@${task.version}` : read.task;
  return compact({
    task: checkout ? CHECKOUT : reference,
    name: read.name,
    displayName: read.displayName,
    condition: checkout && !read.enabled ? false : read.condition,
    enabled: !checkout && !read.enabled ? false : undefined,
    continueOnError: read.continueOnError || undefined,
    timeoutInMinutes: read.timeoutInMinutes || undefined,
    retryCountOnTaskFailure: read.retryCountOnTaskFailure || undefined,
    env: Object.keys(read.env).length > 0 ? read.env : undefined,
    inputs: Object.keys(read.inputs).length > 0 ? read.inputs : undefined,
  });
}

function variables(list: ExpandedVariable[]): object[] | undefined {
  return list.length === 0
    ? undefined
    : list.map(({ name, value, readonly }) =>
        compact({ name, value, readonly: readonly || undefined }),
      );
}

function compact(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  );
}
