/** A resource of the REST API as discovery names it. */
export interface ResourceLocation {
  id: string;
  area: string;
  resourceName: string;
  routeTemplate: string;
  /** Revision of the resource within its API version. */
  resourceVersion: number;
  minVersion: string;
  maxVersion: string;
  /** `0.0`: only in preview. */
  releasedVersion: string;
}

type Row = [
  id: string,
  area: string,
  resource: string,
  template: string,
  revision: number,
  preview?: 'preview',
];

const P = '{project}/_apis/{area}';
const REPOSITORY = `${P}/repositories/{repositoryId}`;

// The ids are Azure DevOps' own; Microsoft's clients find a resource's route by them.
const ROWS: Row[] = [
  [
    'e81700f7-3be2-46de-8624-2eb35882fcaa',
    'Location',
    'ResourceAreas',
    '_apis/{resource}/{areaId}',
    1,
    'preview',
  ],
  [
    '00d9565f-ed9c-4a06-9a50-00e7896ccab4',
    'Location',
    'ConnectionData',
    '_apis/{resource}',
    1,
    'preview',
  ],
  [
    '603fe2ac-9723-48b9-88ad-09305aa6c6e1',
    'core',
    'projects',
    '_apis/{resource}/{*projectId}',
    4,
  ],
  [
    '225f7195-f9c7-4d14-ab28-a83f7ff77e1f',
    'git',
    'repositories',
    `${P}/{resource}/{repositoryId}`,
    1,
  ],
  [
    '2d874a60-a811-4f62-9c9f-963a6ea0a55b',
    'git',
    'refs',
    `${REPOSITORY}/{resource}`,
    1,
  ],
  [
    'fb93c0db-47ed-4a31-8c20-47552878fb44',
    'git',
    'items',
    `${REPOSITORY}/{resource}/{*path}`,
    1,
  ],
  [
    'ea98d07b-3c87-4971-8ede-a613694ffb55',
    'git',
    'pushes',
    `${REPOSITORY}/{resource}/{pushId}`,
    2,
  ],
  [
    'c2570c3b-5b3f-41b8-98bf-5407bfde8d58',
    'git',
    'commits',
    `${REPOSITORY}/{resource}/{commitId}`,
    1,
  ],
  [
    'dbeaf647-6167-421a-bda9-c9327b25e2e6',
    'build',
    'definitions',
    `${P}/{resource}/{definitionId}`,
    7,
  ],
  [
    '0cd358e1-9217-4d94-8269-1c1ee6f93dcf',
    'build',
    'builds',
    `${P}/{resource}/{buildId}`,
    7,
  ],
  [
    '8baac422-4c6e-4de5-8532-db96d92acffa',
    'build',
    'timeline',
    `${P}/builds/{buildId}/{resource}/{timelineId}`,
    2,
  ],
  [
    '35a80daf-7f30-45fc-86e8-6b813d9c90df',
    'build',
    'logs',
    `${P}/builds/{buildId}/{resource}/{logId}`,
    2,
  ],
  [
    '6e6114b2-8161-44c8-8f6c-c5505782427f',
    'build',
    'tags',
    `${P}/builds/{buildId}/{resource}/{*tag}`,
    3,
  ],
  [
    '1db06c96-014e-44e1-ac91-90b2d4b3e984',
    'build',
    'artifacts',
    `${P}/builds/{buildId}/{resource}`,
    5,
  ],
  [
    '28e1305e-2afe-47bf-abaf-cbb0e6a91988',
    'pipelines',
    'pipelines',
    `${P}/{pipelineId}`,
    1,
  ],
  [
    '7859261e-d2e9-4a68-b820-a5d84cc5bb3d',
    'pipelines',
    'runs',
    `${P}/{pipelineId}/{resource}/{runId}`,
    1,
  ],
  [
    '53df2d18-29ea-46a9-bee0-933540f80abf',
    'pipelines',
    'preview',
    `${P}/{pipelineId}/{resource}`,
    1,
  ],
  [
    'fb1b6d27-3957-43d5-a14b-a2d70403e545',
    'pipelines',
    'logs',
    `${P}/{pipelineId}/runs/{runId}/{resource}/{logId}`,
    1,
  ],
  [
    'b5b9a4a4-e6cd-4096-853c-ab7d8b0c4eb2',
    'pipelinePermissions',
    'pipelinePermissions',
    '{project}/_apis/pipelines/{resource}/{resourceType}/{*resourceId}',
    1,
    'preview',
  ],
  [
    '8572b1fc-2482-47fa-8f74-7e3ed53ee54b',
    'distributedtask',
    'environments',
    `${P}/{resource}/{environmentId}`,
    1,
  ],
  [
    'e85f1c62-adfc-4b74-b618-11a150fb195e',
    'serviceendpoint',
    'endpoints',
    `${P}/{resource}/{endpointId}`,
    4,
  ],
];

/** All resources that the sandbox serves. */
export const RESOURCE_LOCATIONS: readonly ResourceLocation[] = ROWS.map(
  ([id, area, resourceName, routeTemplate, resourceVersion, preview]) => ({
    id,
    area,
    resourceName,
    routeTemplate,
    resourceVersion,
    minVersion: '1.0',
    maxVersion: '7.1',
    releasedVersion: preview ? '0.0' : '7.1',
  }),
);
