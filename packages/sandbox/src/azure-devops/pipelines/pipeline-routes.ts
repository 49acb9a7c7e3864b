import { Router } from 'express';
import { callerOf, ServerContext } from '../context';
import { configurationType } from '../wire/enums';
import { buildNotFound, invalidArgument } from '../wire/errors';
import { asList, bodyOf, queryNumberOf, wholeNumber } from '../wire/list';
import type { Build } from './build';
import { createDefinition, getDefinition, NewDefinition } from './definitions';
import { answerLog } from './log-handler';
import { parseRunRequest } from './run-request';
import { logWire } from './timeline-wire';
import { pipelineReferenceWire, pipelineWire, runWire } from './wire';

type Json = Record<string, unknown>;
const asObject = (value: unknown) => (value ?? {}) as Json;

/** What is under `_apis/pipelines`, but permissions. */
export function createPipelineRouter(context: ServerContext): Router {
  const { organization, builds, runs } = context;
  const router = Router();
  const find = (id: unknown) =>
    getDefinition(context, wholeNumber(String(id), 'pipelineId'));
  const findRun = (params: Record<string, unknown>): Build => {
    const definition = find(params.pipeline);
    const build = builds.get(wholeNumber(String(params.run), 'runId'));
    if (build.record.definitionId !== definition.id) {
      throw buildNotFound(build.id);
    }
    return build;
  };

  router.get('/', (request, response) => {
    const found = organization.definitions.slice(
      0,
      queryNumberOf(request, '$top'),
    );
    response.json(
      asList(found.map(item => pipelineReferenceWire(context, item))),
    );
  });
  router.post('/', (request, response) => {
    const definition = createDefinition(
      context,
      parsePipeline(bodyOf(request)),
      callerOf(response).identity,
    );
    response.json(pipelineWire(context, definition));
  });
  router.get('/:pipeline', (request, response) => {
    response.json(pipelineWire(context, find(request.params.pipeline)));
  });

  router.post('/:pipeline/preview', async (request, response) => {
    const definition = find(request.params.pipeline);
    const pipeline = await runs.preview(
      definition,
      parseRunRequest(bodyOf(request)),
      callerOf(response).identity,
    );
    response.json({ finalYaml: pipeline.yaml });
  });
  router.get('/:pipeline/runs', (request, response) => {
    const definition = find(request.params.pipeline);
    const found = builds
      .list()
      .filter(({ record }) => record.definitionId === definition.id)
      .reverse();
    response.json(asList(found.map(build => runWire(context, build))));
  });
  router.post('/:pipeline/runs', async (request, response) => {
    const definition = find(request.params.pipeline);
    const body = bodyOf(request);
    const run = parseRunRequest(body);
    const { identity } = callerOf(response);
    if (body.previewRun === true) {
      const pipeline = await runs.preview(definition, run, identity);
      response.json({ finalYaml: pipeline.yaml });
      return;
    }
    if (run.yamlOverride) {
      throw invalidArgument(
        'The YAML can be replaced in a preview only.\r\nParameter name: yamlOverride',
      );
    }
    const build = await runs.queue(definition, run, identity);
    response.json(runWire(context, build, { whole: true }));
  });
  router.get('/:pipeline/runs/:run', (request, response) => {
    response.json(runWire(context, findRun(request.params), { whole: true }));
  });
  router.get('/:pipeline/runs/:run/logs', (request, response) => {
    const build = findRun(request.params);
    response.json({
      logs: build.record.logs.map(log => logWire(context, build, log)),
      url: context.urls.api(
        `pipelines/${build.record.definitionId}/runs/${build.id}/logs`,
      ),
    });
  });
  router.get('/:pipeline/runs/:run/logs/:log', (request, response) => {
    answerLog(context, findRun(request.params), request, response, 'record');
  });
  return router;
}

function parsePipeline(body: Json): NewDefinition {
  const configuration = asObject(body.configuration);
  const type = configurationType.parse(configuration.type);
  if (type !== 'yaml') {
    throw invalidArgument(
      `The configuration type '${configuration.type}' is not served: use yaml.\r\nParameter name: configuration.type`,
    );
  }
  const repository = asObject(configuration.repository);
  return {
    name: String(body.name ?? ''),
    folder: String(body.folder ?? '\\'),
    repository: String(repository.id ?? repository.name ?? ''),
    yamlPath: String(configuration.path ?? ''),
    variables: {},
  };
}
