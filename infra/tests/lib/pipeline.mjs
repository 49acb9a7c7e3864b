// Expands an environment's pipeline as Azure DevOps does before a run, by the sandbox's agent; the platform's files are this
// checkout's.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import './model.mjs';
import { root } from './tools.mjs';

// model.mjs made TypeScript readable.
const { expandPipeline } = createRequire(import.meta.url)(
  '../../../packages/sandbox/src/agent',
);

const COMMIT = '0123456789012345678901234567890123456789';

/** The pipeline of the environment `name`, whose files are in `folder`, for a run with these parameters. */
export function expandEnvironment(folder, name, parameters) {
  const places = {
    platform: file => path.join(root, file),
    environments: file =>
      path.join(folder, path.relative(`environments/${name}`, file)),
  };
  const files = {
    resolveRef: async repository => (places[repository] ? COMMIT : undefined),
    readFile: async (repository, _, file) => {
      const place = places[repository]?.(file);
      return place && fs.existsSync(place)
        ? fs.readFileSync(place, 'utf8')
        : undefined;
    },
  };
  return expandPipeline(
    files,
    {
      repository: 'environments',
      ref: 'refs/heads/main',
      path: `environments/${name}/azure-pipelines.yml`,
    },
    { requestKey: 'test', ...parameters },
    {
      organizationUrl: 'https://devops.test/moorline/',
      project: {
        id: '00000000-0000-4000-8000-000000000002',
        name: 'environments-platform',
      },
      pipeline: { id: 1, name: `environment-${name}` },
      variables: {},
      serviceConnections: ['moorline-plan', 'moorline-apply'],
    },
  );
}
