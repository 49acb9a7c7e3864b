// node --require @backstage/cli/config/nodeTransform.cjs expand-process.cjs FOLDER NAME
// Expands the pipeline of an environment, whose files are in FOLDER, as Azure DevOps does before a run, by the sandbox's
// agent; the platform's files are this checkout's. Writes the expanded pipeline as JSON, or fails with its errors.
const fs = require('fs');
const path = require('path');
const { expandPipeline } = require('../../../packages/sandbox/src/agent');

const [folder, name] = process.argv.slice(2);
const root = path.join(__dirname, '../../..');
const commit = '0123456789012345678901234567890123456789';

const places = {
  platform: file => path.join(root, file),
  environments: file =>
    path.join(folder, path.relative(`environments/${name}`, file)),
};

const files = {
  resolveRef: async repository => (places[repository] ? commit : undefined),
  readFile: async (repository, _, file) => {
    const place = places[repository]?.(file);
    return place && fs.existsSync(place)
      ? fs.readFileSync(place, 'utf8')
      : undefined;
  },
};

expandPipeline(
  files,
  {
    repository: 'environments',
    ref: 'refs/heads/main',
    path: `environments/${name}/azure-pipelines.yml`,
  },
  { requestKey: 'test' },
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
).then(
  pipeline => process.stdout.write(JSON.stringify(pipeline)),
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
