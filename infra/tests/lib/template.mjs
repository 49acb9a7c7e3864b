// Renders templates/create-environment as the portal does: its own steps, by Backstage's own fetch:template.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { model } from './model.mjs';
import { root } from './tools.mjs';

const require = createRequire(path.join(root, 'packages/backend/package.json'));
const {
  createFetchTemplateAction,
} = require('@backstage/plugin-scaffolder-backend');
const { ScmIntegrations } = require('@backstage/integration');
const { ConfigReader } = require('@backstage/config');
const { createTemplateRenderer } = createRequire(
  require.resolve('@backstage/plugin-scaffolder-backend'),
)('nunjitsu');
const { derivedFrom, stateAccountName, terraformVariables } = model;
const yaml = createRequire(path.join(root, 'packages/sandbox/package.json'))(
  'yaml',
);

const templateFile = path.join(
  root,
  'templates/create-environment/template.yaml',
);

/** The template as it is written. */
export const template = yaml.parse(fs.readFileSync(templateFile, 'utf8'));

const renderer = createTemplateRenderer({ allowRegexExecution: true });

/** Evaluates the expressions in a value, as the scaffolder does before it calls an action. */
function evaluate(value, context) {
  return JSON.parse(JSON.stringify(value), (_, item) =>
    typeof item === 'string' ? renderer.renderValue(item, context) : item,
  );
}

const GIT_URL =
  'https://devops.test/moorline/environments-platform/_git/platform';

const subscriptionId = '00000000-0000-4000-8000-000000000001';

/** Values that the action `moorline:environment:reserve` would hand on for a specification. */
function reserved(spec, gitUrl) {
  return {
    environment: { name: spec.name, spec },
    spec,
    platform: {
      organizationUrl: 'https://devops.test/moorline',
      project: 'environments-platform',
      repository: 'platform',
      version: 'v0.1.0',
      gitUrl,
      serviceConnections: { plan: 'moorline-plan', apply: 'moorline-apply' },
    },
    azure: { subscriptionId, stateAccount: stateAccountName(subscriptionId) },
    derived: derivedFrom(spec),
    terraform: terraformVariables(spec, {
      team: {
        groupObjectId: '00000000-0000-4000-8000-000000000020',
        groupName: 'Team "Orders"',
        email: 'team-orders@example.com',
      },
      takenAddressRanges: ['10.20.32.0/20', '10.21.0.0/20'],
    }),
  };
}

/**
 * Runs the template's fetch:template steps for a specification; the files are then in `folder`.
 * @param gitUrl where Terraform finds the platform's repository
 */
export async function renderEnvironment(spec, folder, gitUrl = GIT_URL) {
  const action = createFetchTemplateAction({
    reader: undefined,
    integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
  });
  const context = {
    parameters: spec,
    steps: { reserve: { output: reserved(spec, gitUrl) } },
  };
  const quiet = () => {};
  const temporaries = [];
  const steps = template.spec.steps.filter(
    ({ action: id }) => id === 'fetch:template',
  );
  for (const step of steps) {
    const rounds = step.each
      ? evaluate(step.each, context).map(value => ({
          ...context,
          each: { value },
        }))
      : [context];
    for (const round of rounds) {
      await action.handler({
        input: evaluate(step.input, round),
        workspacePath: folder,
        templateInfo: {
          entityRef: 'template:default/create-environment',
          baseUrl: pathToFileURL(templateFile).href,
        },
        logger: { info: quiet, warn: quiet, error: quiet, debug: quiet },
        createTemporaryDirectory: async () => {
          const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'template-'));
          temporaries.push(temporary);
          return temporary;
        },
      });
    }
  }
  temporaries.forEach(temporary => fs.rmSync(temporary, { recursive: true }));
}

/** What a step is called with, when these parameters were entered. */
export function inputOf(id, parameters) {
  const { input } = template.spec.steps.find(step => step.id === id);
  return JSON.parse(JSON.stringify(evaluate(input, { parameters })));
}

/** Every file below a folder with its text, by its path in it. */
export function filesOf(folder) {
  return Object.fromEntries(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => {
        const file = path.join(entry.parentPath ?? entry.path, entry.name);
        return [path.relative(folder, file), fs.readFileSync(file, 'utf8')];
      }),
  );
}
