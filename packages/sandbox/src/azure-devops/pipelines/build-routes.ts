import { Request, Router } from 'express';
import { callerOf, ServerContext } from '../context';
import { buildQueryOrder, buildResult, buildStatus } from '../wire/enums';
import {
  artifactNotFound,
  invalidArgument,
  routeNotFound,
} from '../wire/errors';
import {
  asList,
  bodyOf,
  queryListOf,
  queryNumberOf,
  queryOf,
  wholeNumber,
} from '../wire/list';
import type { Build } from './build';
import { getDefinition } from './definitions';
import { answerLog } from './log-handler';
import { parseBuildRequest } from './run-request';
import { artifactWire, logWire, timelineWire } from './timeline-wire';
import { buildWire } from './wire';

type Json = Record<string, unknown>;

/** What is under `_apis/build/builds`. */
export function createBuildRouter(context: ServerContext): Router {
  const { builds, runs } = context;
  const router = Router();
  const find = (request: Request) =>
    builds.get(wholeNumber(String(request.params.build), 'buildId'));

  router.get('/', (request, response) => {
    response.json(
      asList(
        selectBuilds(builds.list(), request).map(build =>
          buildWire(context, build),
        ),
      ),
    );
  });
  router.post('/', async (request, response) => {
    const body = bodyOf(request);
    const id =
      (body.definition as Json | undefined)?.id ??
      queryOf(request, 'definitionId') ??
      '';
    const build = await runs.queue(
      getDefinition(context, wholeNumber(String(id), 'definition.id')),
      parseBuildRequest(body),
      callerOf(response).identity,
    );
    response.json(buildWire(context, build));
  });
  router.get('/:build', (request, response) => {
    response.json(buildWire(context, find(request)));
  });
  router.patch('/:build', (request, response) => {
    const build = find(request);
    const status = buildStatus.parse(bodyOf(request).status);
    if (status !== 'cancelling' && status !== 'completed') {
      throw invalidArgument(
        'Only the cancelling of a build is served: send {"status": "cancelling"}.\r\nParameter name: status',
      );
    }
    runs.cancel(build);
    response.json(buildWire(context, build));
  });
  router.delete('/:build', (request, response) => {
    const build = find(request);
    if (!build.isCompleted) {
      throw invalidArgument(
        `Build ${build.id} has not ended: cancel it and wait before you delete it.\r\nParameter name: buildId`,
      );
    }
    builds.delete(build);
    response.status(204).end();
  });

  const timeline = (request: Request) => {
    const build = find(request);
    const { timeline: id } = request.params;
    if (id && String(id).toLowerCase() !== build.record.timelineId) {
      throw routeNotFound(request.path);
    }
    return timelineWire(context, build);
  };
  router.get('/:build/timeline', (request, response) => {
    response.json(timeline(request));
  });
  router.get('/:build/timeline/:timeline', (request, response) => {
    response.json(timeline(request));
  });

  router.get('/:build/logs', (request, response) => {
    const build = find(request);
    response.json(
      asList(build.record.logs.map(log => logWire(context, build, log))),
    );
  });
  router.get('/:build/logs/:log', (request, response) => {
    answerLog(context, find(request), request, response, 'lines');
  });

  router.get('/:build/artifacts', (request, response) => {
    const build = find(request);
    const { artifacts } = build.record;
    const name = queryOf(request, 'artifactName');
    if (!name) {
      response.json(
        asList(artifacts.map(item => artifactWire(context, build, item))),
      );
      return;
    }
    const artifact = artifacts.find(item => item.name === name);
    if (!artifact) throw artifactNotFound(name, build.id);
    response.json(artifactWire(context, build, artifact));
  });

  router.get('/:build/tags', (request, response) => {
    response.json(asList(find(request).record.tags));
  });
  router.post('/:build/tags', (request, response) => {
    const build = find(request);
    if (!Array.isArray(request.body)) {
      throw invalidArgument('Send an array of tags.\r\nParameter name: tags');
    }
    response.json(asList(addTags(build, request.body.map(String))));
  });
  router.put('/:build/tags/*tag', (request, response) => {
    response.json(asList(addTags(find(request), [tagOf(request)])));
  });
  router.delete('/:build/tags/*tag', (request, response) => {
    const build = find(request);
    const tag = tagOf(request);
    build.update({ tags: build.record.tags.filter(other => other !== tag) });
    response.json(asList(build.record.tags));
  });
  return router;
}

function tagOf(request: Request): string {
  return (request.params.tag as unknown as string[]).join('/');
}

function addTags(build: Build, tags: string[]): string[] {
  const clean = tags.map(tag => tag.trim()).filter(Boolean);
  build.update({ tags: [...new Set([...build.record.tags, ...clean])] });
  return build.record.tags;
}

/** Filters, order and number of `GET build/builds`. */
function selectBuilds(all: Build[], request: Request): Build[] {
  const definitions = queryListOf(request, 'definitions');
  const ids = queryListOf(request, 'buildIds');
  const tags = queryListOf(request, 'tagFilters');
  const number = queryOf(request, 'buildNumber');
  const branch = queryOf(request, 'branchName');
  const repository = queryOf(request, 'repositoryId');
  const statuses = queryListOf(request, 'statusFilter')?.map(value =>
    buildStatus.parse(value),
  );
  const results = queryListOf(request, 'resultFilter')?.map(value =>
    buildResult.parse(value),
  );
  const found = all.filter(
    ({ record }) =>
      (!definitions || definitions.includes(String(record.definitionId))) &&
      (!ids || ids.includes(String(record.id))) &&
      (!tags || tags.every(tag => record.tags.includes(tag))) &&
      (!number || matchesNumber(number, record.buildNumber)) &&
      (!branch || record.sourceBranch === branch) &&
      (!repository || record.repositoryId === repository) &&
      (!statuses ||
        statuses.includes('all') ||
        statuses.includes(record.status)) &&
      (!results || (record.result && results.includes(record.result))),
  );
  const order =
    buildQueryOrder.parse(queryOf(request, 'queryOrder') ?? '') ??
    'queueTimeDescending';
  const key = order.replace(/(A|De)scending$/, '') as
    | 'queueTime'
    | 'startTime'
    | 'finishTime';
  const sign = order.endsWith('Ascending') ? 1 : -1;
  found.sort((a, b) => {
    const [one, other] = [a.record[key] ?? '', b.record[key] ?? ''];
    // Two of the same millisecond keep the order of their ids.
    return sign * (one < other ? -1 : Number(one > other) || a.id - b.id);
  });
  return found.slice(0, queryNumberOf(request, '$top') ?? 1000);
}

function matchesNumber(pattern: string, number: string): boolean {
  return pattern.endsWith('*')
    ? number.startsWith(pattern.slice(0, -1))
    : number === pattern;
}
