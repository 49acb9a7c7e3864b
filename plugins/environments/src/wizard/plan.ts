import {
  EnvironmentSpec,
  clusterName,
  defaultHost,
  environmentFolder,
  nodeRange,
  pipelineName,
  registryName,
  resourceGroupName,
} from '@moorline/environment-model';

/** A file that will be committed, and what it is for. */
export interface PlannedFile {
  path: string;
  what: string;
}

/** What creating an environment will make, as far as it follows from what was entered. */
export interface CreationPlan {
  folder: string;
  files: PlannedFile[];
  /** Resources by kind. The pipeline's plan stage has the last word on their number. */
  resources: { kind: string; count: number; detail: string }[];
  releases: { name: string; chart: string; detail: string; host?: string }[];
  pipeline: string;
  stages: { label: string; what: string }[];
}

/** Works out what will be made. */
export function planCreation(spec: EnvironmentSpec): CreationPlan {
  const { name } = spec;
  const nodes = nodeRange(spec);
  return {
    folder: environmentFolder(name),
    files: [
      { path: 'main.tf', what: 'what Azure holds, by a versioned stack' },
      {
        path: 'terraform.tf',
        what: 'versions, provider and where state is kept',
      },
      { path: 'outputs.tf', what: 'what later stages need to know' },
      { path: 'moved.tf', what: 'what an older folder made is kept' },
      ...spec.services.map(service => ({
        path: `values/${service.name}.yaml`,
        what: `how ${service.name} is released`,
      })),
      { path: 'values/postgres.yaml', what: 'how the database is released' },
      {
        path: 'azure-pipelines.yml',
        what: 'the pipeline, extending the shared one',
      },
      { path: 'README.md', what: 'what this is and who owns it' },
    ],
    resources: [
      { kind: 'Resource group', count: 1, detail: resourceGroupName(name) },
      {
        kind: 'Virtual network',
        count: 1,
        detail: spec.addressRange ?? 'a free /20, chosen at creation',
      },
      {
        kind: 'AKS cluster',
        count: 1,
        detail: `${clusterName(name)}, ${nodes.min} to ${nodes.max} nodes`,
      },
      { kind: 'Container registry', count: 1, detail: registryName(name) },
      {
        kind: 'Log workspace',
        count: 1,
        detail: 'metrics and logs of the cluster',
      },
      {
        kind: 'Key vault',
        count: 1,
        detail: `kv-${name}, reached from inside only`,
      },
      {
        kind: 'Storage account',
        count: 1,
        detail: 'results of workers, reached from inside only',
      },
    ],
    releases: [
      {
        name: 'postgres',
        chart: 'postgres',
        detail: 'PostgreSQL 18 with its own disk',
      },
      ...spec.services.map(service => ({
        name: service.name,
        chart: 'trpc-api',
        detail: `${service.image}, ${service.replicas} ${
          service.replicas === 1 ? 'replica' : 'replicas'
        }`,
        host: service.host || defaultHost(service.name, name),
      })),
    ],
    pipeline: pipelineName(name),
    stages: [
      { label: 'Validate', what: 'checks Terraform and charts' },
      { label: 'Plan', what: 'says what will change' },
      { label: 'Apply', what: 'makes it in Azure' },
      { label: 'Deploy', what: 'installs the releases' },
      { label: 'Smoke', what: 'asks each release whether it works' },
    ],
  };
}
