import { ExpandedStep } from '../contract';
import { toText } from '../expressions/values';
import { Refusal } from '../problems';
import {
  TASKS,
  TaskDefinition,
  canonicalInput,
  taskNames,
} from '../tasks/catalog';
import { entriesOf } from '../template/expand';
import { Mark } from '../yaml/node';
import { Fields, Reading, textOf } from './reading';

/** Reads `task:` and its `inputs:`: the name in any case, aliases resolved, values checked. */
export function readTask(
  reading: Reading,
  fields: Fields,
): { task: string; inputs: Record<string, string> } {
  const reference = fields.text('task') ?? '';
  const task = reference.toLowerCase();
  const definition = task === 'checkout@1' ? undefined : TASKS.get(task);
  if (!definition) {
    throw Refusal.at(
      fields.at('task'),
      reference.includes('@')
        ? `The task '${reference}' is not supported by the sandbox. It runs ${taskNames()}`
        : `The task '${reference}' needs a version, such as AzureCLI@2`,
    );
  }
  const inputs: Record<string, string> = {};
  const marks: Record<string, Mark> = {};
  const block = fields.lazy('inputs');
  if (block) {
    for (const { key, value } of entriesOf(block)) {
      const given = toText(key.value);
      const name = canonicalInput(definition, given);
      if (!name) throw Refusal.at(key.mark, `Unexpected value '${given}'`);
      if (name in inputs) {
        throw Refusal.at(key.mark, `'${given}' is already defined`);
      }
      inputs[name] = checked(definition, name, textOf(value), value.node.mark);
      marks[name] = value.node.mark;
    }
  }
  const at = fields.at('task');
  for (const name of definition.required) {
    if (!inputs[name]) {
      throw Refusal.at(at, `The task '${reference}' needs the input '${name}'`);
    }
  }
  for (const [name, reason] of Object.entries(definition.refused(inputs))) {
    throw Refusal.at(
      marks[name],
      `'${name}: ${inputs[name]}' of ${definition.name}@${definition.version} is not supported by the sandbox: ${reason}`,
    );
  }
  requireTogether(definition, inputs, at);
  for (const name of definition.connections) {
    checkConnection(reading, definition, name, inputs[name], marks[name]);
  }
  return { task, inputs };
}

/** Whether a text is known only when the run goes on. */
const isMacro = (text: string) => text.includes('$(');

function checked(
  definition: TaskDefinition,
  name: string,
  value: string,
  mark: Mark,
): string {
  const rule = definition.inputs[name];
  if (isMacro(value) || value === '') return value;
  if (rule.type === 'boolean' && !/^(true|false)$/i.test(value)) {
    throw Refusal.at(
      mark,
      `Expected true or false for '${name}', got '${value}'`,
    );
  }
  if (rule.values && !definition.editable.includes(name)) {
    const known = rule.values.find(
      allowed => allowed.toLowerCase() === value.toLowerCase(),
    );
    if (!known) {
      throw Refusal.at(
        mark,
        `'${value}' is no value of '${name}'. Allowed values: ${rule.values.join(
          ', ',
        )}`,
      );
    }
    return known;
  }
  return value;
}

/** Inputs that the real task asks for only beside another: it would fail in the middle of the run. */
function requireTogether(
  { name, version }: TaskDefinition,
  inputs: Record<string, string>,
  mark: Mark,
): void {
  const need = (input: string, because: string) => {
    if (!inputs[input]) {
      throw Refusal.at(
        mark,
        `The task '${name}@${version}' needs the input '${input}' ${because}`,
      );
    }
  };
  if (name === 'AzureCLI') {
    const location = (inputs.scriptLocation ?? 'scriptPath').toLowerCase();
    if (location === 'inlinescript') {
      need('inlineScript', 'with scriptLocation: inlineScript');
    } else if (!isMacro(location)) {
      need('scriptPath', 'with scriptLocation: scriptPath');
    }
  } else if (name === 'Bash') {
    if ((inputs.targetType ?? 'filePath').toLowerCase() === 'filepath') {
      need('filePath', 'with targetType: filePath');
    }
  } else if (name === 'HelmDeploy') {
    for (const input of [
      'azureSubscription',
      'azureResourceGroup',
      'kubernetesCluster',
    ]) {
      need(input, 'with connectionType: Azure Resource Manager');
    }
    const command = (inputs.command ?? 'ls').toLowerCase();
    if (command === 'install' || command === 'upgrade') {
      if ((inputs.chartType ?? 'Name').toLowerCase() === 'filepath') {
        need('chartPath', 'with chartType: FilePath');
      } else {
        need('chartName', 'with chartType: Name');
      }
    } else if (command === 'uninstall' || command === 'delete') {
      need('releaseName', `with command: ${command}`);
    }
  } else if (name === 'PublishPipelineArtifact') {
    need('targetPath', 'to know what to publish');
  }
}

function checkConnection(
  reading: Reading,
  definition: TaskDefinition,
  input: string,
  value: string | undefined,
  mark: Mark | undefined,
): void {
  if (!value || !mark) return;
  if (isMacro(value)) {
    throw Refusal.at(
      mark,
      `The service connection '${value}' must be known before the run begins: use \${{ }} or its name`,
    );
  }
  const known = reading.context.serviceConnections.some(
    name => name.toLowerCase() === value.toLowerCase(),
  );
  if (!known) {
    throw Refusal.at(
      mark,
      `Step ${definition.name} input ${input} references service connection ${value} which could not be found. The service connection does not exist, has been disabled or has not been authorized for use. For authorization details, refer to https://aka.ms/yamlauthz.`,
    );
  }
  reading.serviceConnections.add(value);
}

/** The last touch on a step: a hidden difference between shorthand and task is made plain. */
export function taskStep(step: ExpandedStep): ExpandedStep {
  // Azure's agent runs `checkout: none` as a step that is always skipped.
  return step.task === 'checkout@1' && step.inputs.repository === 'none'
    ? { ...step, enabled: false }
    : step;
}
