import type { VariableRecord } from '../store/model';
import { invalidArgument } from '../wire/errors';

/** What a run was asked for with. */
export interface RunRequest {
  /** Full ref, branch or tag of the pipeline's repository; undefined: the default branch. */
  ref?: string;
  /** Commit; undefined: what the ref names. */
  version?: string;
  templateParameters: Record<string, string>;
  variables: Record<string, VariableRecord>;
  /** Text in the place of the file; previews only. */
  yamlOverride?: string;
}

type Json = Record<string, unknown>;
const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/**
 * Reads the body of `POST pipelines/{id}/runs` and `…/preview`.
 * @throws AzureDevOpsError 400 for what is not served
 */
export function parseRunRequest(body: Json): RunRequest {
  if (Array.isArray(body.stagesToSkip) && body.stagesToSkip.length > 0) {
    throw invalidArgument(
      'stagesToSkip is not served here: use a parameter and a condition of the stage.\r\nParameter name: stagesToSkip',
    );
  }
  const resources = asObject(body.resources);
  for (const kind of ['builds', 'containers', 'packages', 'pipelines']) {
    if (Object.keys(asObject(resources[kind])).length > 0) {
      throw invalidArgument(
        `Resources of this kind are not served here.\r\nParameter name: resources.${kind}`,
      );
    }
  }
  const repositories = asObject(resources.repositories);
  const other = Object.keys(repositories).find(alias => alias !== 'self');
  if (other) {
    throw invalidArgument(
      `Only the version of 'self' can be chosen here.\r\nParameter name: resources.repositories.${other}`,
    );
  }
  const self = asObject(repositories.self);
  return {
    ref: asText(self.refName),
    version: asText(self.version),
    templateParameters: parseTemplateParameters(body.templateParameters),
    variables: parseVariables(body.variables),
    yamlOverride: asText(body.yamlOverride),
  };
}

/**
 * Reads the body of `POST build/builds`.
 * @throws AzureDevOpsError 400 when `parameters` is not JSON
 */
export function parseBuildRequest(body: Json): RunRequest {
  const parameters = asText(body.parameters);
  let variables: Json = {};
  try {
    variables = parameters ? asObject(JSON.parse(parameters)) : {};
  } catch {
    throw invalidArgument(
      'Use a JSON object of variables, as a string.\r\nParameter name: parameters',
    );
  }
  return {
    ref: asText(body.sourceBranch),
    version: asText(body.sourceVersion),
    templateParameters: parseTemplateParameters(body.templateParameters),
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        { value: String(value) },
      ]),
    ),
  };
}

function parseTemplateParameters(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(asObject(value));
  for (const [name, given] of entries) {
    if (typeof given !== 'string') {
      throw invalidArgument(
        `The value of template parameter '${name}' must be a string (of YAML, for objects).\r\nParameter name: templateParameters`,
      );
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Reads `{name: {value, isSecret}}`. */
export function parseVariables(value: unknown): Record<string, VariableRecord> {
  return Object.fromEntries(
    Object.entries(asObject(value)).map(([name, given]) => {
      const variable = asObject(given);
      return [
        name,
        {
          value: String(variable.value ?? ''),
          ...(variable.isSecret === true && { isSecret: true }),
          ...(variable.allowOverride === true && { allowOverride: true }),
        },
      ];
    }),
  );
}
