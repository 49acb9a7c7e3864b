// A sandbox of the test's own, and an environment in it that is made, run and looked at as the portal does.
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fs from 'node:fs';
import os from 'node:os';
import { filesOf, renderEnvironment } from './template.mjs';
import { root, tool } from './tools.mjs';

// template.mjs made TypeScript readable.
const require = createRequire(import.meta.url);
const { startSandbox } = require('../../../packages/sandbox/src');
const { createAzureDevOps } = require('../../../packages/azure-devops/src');

const PROJECT = 'environments-platform';

/** Starts Azure on this machine with this checkout as the platform's repository. */
export async function startOrganisation() {
  const sandbox = await startSandbox({
    platform: root,
    tools: {
      terraform: tool('terraform', 'MOORLINE_TERRAFORM'),
      helm: tool('helm', 'MOORLINE_HELM'),
      kubectl: tool('kubectl', 'MOORLINE_KUBECTL'),
    },
  });
  const azureDevOps = createAzureDevOps({
    organizationUrl: sandbox.organizationUrl,
    project: PROJECT,
    token: sandbox.pat,
    caFile: sandbox.caFile,
  });
  return {
    sandbox,
    create: spec => createEnvironment({ sandbox, azureDevOps }, spec),
    async stop() {
      azureDevOps.close();
      await sandbox.stop();
    },
  };
}

async function createEnvironment({ sandbox, azureDevOps }, spec) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-folder-'));
  try {
    const gitUrl = `${sandbox.organizationUrl}/${PROJECT}/_git/platform`;
    await renderEnvironment(spec, folder, gitUrl);
    await azureDevOps.commitFiles({
      repository: 'environments',
      branch: 'main',
      key: spec.name,
      message: `Create environment ${spec.name}`,
      files: Object.entries(filesOf(folder)).map(([file, content]) => ({
        path: `environments/${spec.name}/${file}`,
        content,
      })),
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  const { id: pipelineId } = await azureDevOps.ensurePipeline({
    name: `environment-${spec.name}`,
    folder: 'environments',
    repository: 'environments',
    yamlPath: `environments/${spec.name}/azure-pipelines.yml`,
  });
  const resources = await azureDevOps.ensureResources({
    endpoints: ['moorline-plan', 'moorline-apply'],
    repositories: ['platform'],
    environments: [spec.name],
  });
  await azureDevOps.authorizePipeline({ pipelineId, resources });

  let runs = 0;
  return {
    /** Queues a run and waits for its end: `{ state, stages, log, artifact }`. */
    async run(action) {
      runs += 1;
      const { buildId } = await azureDevOps.runPipeline({
        pipelineId,
        key: `${spec.name}-${runs}`,
        branch: 'main',
        templateParameters: action ? { action } : {},
      });
      for (;;) {
        const { state, problems } = await azureDevOps.getRun(buildId);
        if (problems.length) throw new Error(problems.join('\n'));
        if (state !== 'queued' && state !== 'running') {
          return readRun(azureDevOps, buildId, state);
        }
        await sleep(200);
      }
    },
  };
}

async function readRun(azureDevOps, buildId, state) {
  const stages = await azureDevOps.getTimeline(buildId);
  const steps = stages.flatMap(({ name: stage, jobs }) =>
    jobs.flatMap(job =>
      job.steps.map(step => ({ ...step, stage, job: job.name })),
    ),
  );
  const failures = steps.filter(step => step.state === 'failed');
  return {
    state,
    stages: Object.fromEntries(stages.map(stage => [stage.name, stage.state])),
    steps,
    /** What went wrong, for the message of an assertion. */
    failures: failures.flatMap(({ name, errors }) => [name, ...errors]),
    async log(stage, name) {
      const { logId } = steps.find(
        step => step.stage === stage && step.name === name,
      );
      return (await azureDevOps.getLog(buildId, logId)).lines.join('\n');
    },
  };
}
