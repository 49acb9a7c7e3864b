import type { ServerContext } from '../context';
import type {
  DefinitionRecord,
  IdentityRecord,
  VariableRecord,
} from '../store/model';
import { sameName } from '../store/organization-store';
import {
  definitionExists,
  definitionNotFound,
  invalidArgument,
} from '../wire/errors';
import { cleanPath } from '../git/bare-repository';

/** What a new pipeline is made from. */
export interface NewDefinition {
  name: string;
  folder: string;
  /** Name or id of the repository. */
  repository: string;
  yamlPath: string;
  /** Branch or full ref. */
  defaultBranch?: string;
  variables: Record<string, VariableRecord>;
}

/**
 * The pipeline with this id.
 * @throws AzureDevOpsError 404
 */
export function getDefinition(
  { organization }: ServerContext,
  id: number,
): DefinitionRecord {
  const definition = organization.findDefinition(id);
  if (!definition) throw definitionNotFound(id);
  return definition;
}

/** Checks what a pipeline is to be; the YAML file may come later, as in Azure DevOps. */
export function checkDefinition(
  { organization, repositories }: ServerContext,
  given: NewDefinition,
  self?: DefinitionRecord,
): Omit<DefinitionRecord, 'id' | 'revision' | 'createdDate' | 'createdBy'> {
  const name = given.name.trim();
  if (!name || /[@"/:<>\\|?*]|\.$/.test(name)) {
    throw invalidArgument(
      `The pipeline name '${name}' is not valid: use no "/:<>\\|?@* and no dot at the end.\r\nParameter name: name`,
    );
  }
  if (!given.yamlPath) {
    throw invalidArgument(
      'Name the path of the YAML file in the repository.\r\nParameter name: configuration.path',
    );
  }
  if (!given.repository) {
    throw invalidArgument(
      'Name the repository by its id.\r\nParameter name: configuration.repository.id',
    );
  }
  const repository = repositories.get(given.repository);
  const folder = cleanFolder(given.folder);
  const taken = organization.definitions.some(
    other =>
      other !== self &&
      sameName(name, other.name) &&
      sameName(folder, other.folder),
  );
  if (taken) throw definitionExists(name, organization.project.name);
  const branch = given.defaultBranch;
  return {
    name,
    folder,
    repositoryId: repository.id,
    yamlPath: cleanPath(given.yamlPath),
    defaultBranch:
      branch && !branch.startsWith('refs/') ? `refs/heads/${branch}` : branch,
    queueStatus: 'enabled',
    variables: given.variables,
  };
}

/**
 * Makes a pipeline.
 * @throws AzureDevOpsError 409 when the name is taken in its folder, 404 when there is no such repository, 400 else
 */
export function createDefinition(
  context: ServerContext,
  given: NewDefinition,
  by: IdentityRecord,
): DefinitionRecord {
  const { organization } = context;
  const checked = checkDefinition(context, given);
  const definition: DefinitionRecord = {
    id: organization.takeNumber('definition'),
    revision: 1,
    createdDate: new Date().toISOString(),
    createdBy: by.id,
    ...checked,
  };
  organization.definitions.push(definition);
  organization.save();
  return definition;
}

/** A folder as Azure DevOps writes it: `\` or `\a\b`. */
export function cleanFolder(folder: string): string {
  return `\\${folder
    .split(/[\\/]+/)
    .filter(Boolean)
    .join('\\')}`;
}
