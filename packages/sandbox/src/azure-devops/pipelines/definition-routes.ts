import { Router } from 'express';
import { callerOf, ServerContext } from '../context';
import { sameName } from '../store/organization-store';
import { invalidArgument } from '../wire/errors';
import {
  asList,
  bodyOf,
  queryListOf,
  queryNumberOf,
  queryOf,
  wholeNumber,
} from '../wire/list';
import {
  checkDefinition,
  cleanFolder,
  createDefinition,
  getDefinition,
  NewDefinition,
} from './definitions';
import { parseVariables } from './run-request';
import { buildWire, definitionReferenceWire, definitionWire } from './wire';

type Json = Record<string, unknown>;
const asObject = (value: unknown) => (value ?? {}) as Json;

/** What is under `_apis/build/definitions`. */
export function createDefinitionRouter(context: ServerContext): Router {
  const { organization, builds } = context;
  const router = Router();
  const find = (id: unknown) =>
    getDefinition(context, wholeNumber(String(id), 'definitionId'));

  router.get('/', (request, response) => {
    const name = queryOf(request, 'name');
    const folder = queryOf(request, 'path');
    const repository = queryOf(request, 'repositoryId');
    const ids = queryListOf(request, 'definitionIds');
    const yamlFile = queryOf(request, 'yamlFilename');
    const whole = queryOf(request, 'includeAllProperties') === 'true';
    const found = organization.definitions
      .filter(
        definition =>
          (!name || matches(name, definition.name)) &&
          (!folder || sameName(cleanFolder(folder), definition.folder)) &&
          (!repository || sameName(repository, definition.repositoryId)) &&
          (!ids || ids.includes(String(definition.id))) &&
          (!yamlFile || sameName(yamlFile, definition.yamlPath)),
      )
      .slice(0, queryNumberOf(request, '$top'));
    response.json(
      asList(
        found.map(definition =>
          whole
            ? definitionWire(context, definition)
            : definitionReferenceWire(context, definition),
        ),
      ),
    );
  });
  router.post('/', (request, response) => {
    const definition = createDefinition(
      context,
      parseDefinition(bodyOf(request)),
      callerOf(response).identity,
    );
    response.json(definitionWire(context, definition));
  });
  router.get('/:definition', (request, response) => {
    const definition = find(request.params.definition);
    const latest =
      queryOf(request, 'includeLatestBuilds') === 'true'
        ? builds
            .list()
            .filter(({ record }) => record.definitionId === definition.id)
            .pop()
        : undefined;
    response.json({
      ...definitionWire(context, definition),
      ...(latest && { latestBuild: buildWire(context, latest) }),
    });
  });
  router.put('/:definition', (request, response) => {
    const definition = find(request.params.definition);
    const body = bodyOf(request);
    if (Number(body.revision) !== definition.revision) {
      throw invalidArgument(
        `The pipeline is at revision ${definition.revision}: read it again and send that revision.\r\nParameter name: revision`,
      );
    }
    Object.assign(
      definition,
      checkDefinition(context, parseDefinition(body), definition),
      { revision: definition.revision + 1 },
    );
    organization.save();
    response.json(definitionWire(context, definition));
  });
  router.delete('/:definition', (request, response) => {
    const definition = find(request.params.definition);
    organization.definitions.splice(
      organization.definitions.indexOf(definition),
      1,
    );
    for (const permission of organization.permissions) {
      permission.pipelines = permission.pipelines.filter(
        ({ id }) => id !== definition.id,
      );
    }
    organization.save();
    for (const build of builds.list()) {
      if (build.record.definitionId !== definition.id) continue;
      context.runs.cancel(build);
    }
    response.status(204).end();
  });
  return router;
}

/** A name, or a pattern that ends or begins with `*`. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern
    .toLowerCase()
    .split('*')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name.toLowerCase());
}

function parseDefinition(body: Json): NewDefinition {
  const process = asObject(body.process);
  if (process.type !== undefined && Number(process.type) !== 2) {
    throw invalidArgument(
      'Only YAML pipelines (type 2) are served.\r\nParameter name: process.type',
    );
  }
  const repository = asObject(body.repository);
  return {
    name: String(body.name ?? ''),
    folder: String(body.path ?? '\\'),
    repository: String(repository.id ?? repository.name ?? ''),
    yamlPath: String(process.yamlFilename ?? ''),
    defaultBranch: repository.defaultBranch
      ? String(repository.defaultBranch)
      : undefined,
    variables: parseVariables(body.variables),
  };
}
