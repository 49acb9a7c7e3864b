/**
 * Writes task-inputs.json: names, aliases and types of the inputs of the tasks that the agent runs,
 * from the schema of azure-pipelines.yml.
 *
 *   node make-task-inputs.mjs <service-schema.json> > task-inputs.json
 *
 * The schema is `service-schema.json` of https://github.com/microsoft/azure-pipelines-vscode (MIT).
 */
import { readFileSync } from 'node:fs';

const TASKS = [
  'AzureCLI@2',
  'Bash@3',
  'CmdLine@2',
  'DownloadPipelineArtifact@2',
  'HelmDeploy@1',
  'HelmInstaller@1',
  'KubeloginInstaller@0',
  'PublishPipelineArtifact@1',
];

const schema = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tasks = {};
for (const name of TASKS) {
  const entry = schema.definitions.task.anyOf.find(
    candidate => candidate.properties?.task?.pattern === `^${name}$`,
  );
  const { properties } = entry.properties.inputs;
  tasks[name] = Object.fromEntries(
    Object.entries(properties).map(([input, rule]) => [
      input,
      {
        ...(rule.enum ? { values: rule.enum } : { type: rule.type }),
        ...(rule.aliases ? { aliases: rule.aliases } : {}),
      },
    ]),
  );
}
process.stdout.write(
  `${JSON.stringify(
    {
      source:
        'service-schema.json of https://github.com/microsoft/azure-pipelines-vscode, August 2026',
      licence: 'MIT, Copyright (c) Microsoft Corporation',
      tasks,
    },
    undefined,
    2,
  )}\n`,
);
