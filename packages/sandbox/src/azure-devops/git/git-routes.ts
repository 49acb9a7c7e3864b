import { Request, Response, Router } from 'express';
import { Caller, callerOf, ServerContext } from '../context';
import type { RepositoryRecord } from '../store/model';
import {
  accessDenied,
  commitNotFound,
  invalidArgument,
  repositoryNotFound,
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
import { ZERO_ID } from './bare-repository';
import { answerItems } from './items-handler';
import { applyPush, parsePush } from './push';
import { parseRefUpdates, RefUpdateStatus, updateRef } from './ref-updates';
import { resolveVersion } from './version';
import { commitWire, pushWire, refWire, repositoryWire } from './wire';

type RepositoryHandler = (
  record: RepositoryRecord,
  request: Request,
  response: Response,
) => Promise<void> | void;

/** A job's token reaches no other repositories than those that its pipeline names. */
export function checkReach(caller: Caller, record: RepositoryRecord): void {
  if (caller.job && !caller.job.repositories.has(record.id)) {
    throw repositoryNotFound(record.name);
  }
}

/** What is under `_apis/git`. */
export function createGitRouter(context: ServerContext): Router {
  const { repositories, organization } = context;
  const router = Router();

  const withRepository =
    (handler: RepositoryHandler) =>
    async (request: Request, response: Response) => {
      const record = repositories.get(String(request.params.repository));
      checkReach(callerOf(response), record);
      await handler(record, request, response);
    };
  const BASE = '/repositories/:repository';

  router.get('/repositories', async (_request, response) => {
    const { job } = callerOf(response);
    const records = organization.repositories.filter(
      record => !job || job.repositories.has(record.id),
    );
    response.json(
      asList(
        await Promise.all(
          records.map(record => repositoryWire(context, record)),
        ),
      ),
    );
  });
  router.post('/repositories', async (request, response) => {
    refuseJobs(callerOf(response), 'create repositories');
    const record = await repositories.create(
      String(bodyOf(request).name ?? ''),
    );
    response.status(201).json(await repositoryWire(context, record));
  });
  router.get(
    BASE,
    withRepository(async (record, _request, response) => {
      response.json(await repositoryWire(context, record));
    }),
  );
  router.delete(
    BASE,
    withRepository((record, request, response) => {
      refuseJobs(callerOf(response), 'delete repositories');
      if (request.params.repository !== record.id) {
        throw invalidArgument(
          'A repository is deleted by its id.\r\nParameter name: repositoryId',
        );
      }
      repositories.delete(record);
      response.status(204).end();
    }),
  );

  router.get(
    `${BASE}/refs`,
    withRepository(async (record, request, response) => {
      const filter = queryOf(request, 'filter') ?? '';
      const contains = queryOf(request, 'filterContains') ?? '';
      const refs = await repositories.open(record).refs(`refs/${filter}`);
      const peel = queryOf(request, 'peelTags') === 'true';
      response.json(
        asList(
          refs
            .filter(({ name }) => name.includes(contains))
            .slice(0, queryNumberOf(request, '$top'))
            .map(({ peeledObjectId, ...ref }) =>
              refWire(context, record, peel ? { ...ref, peeledObjectId } : ref),
            ),
        ),
      );
    }),
  );
  router.post(
    `${BASE}/refs`,
    withRepository(async (record, request, response) => {
      const updates = parseRefUpdates(request.body);
      const repository = repositories.open(record);
      const { identity } = callerOf(response);
      const results: RefUpdateStatus[] = [];
      await repository.exclusively(async () => {
        for (const update of updates) {
          results.push(await updateRef(repository, update));
        }
      });
      const done = updates.filter((_, at) => results[at] === 'succeeded');
      if (done.length > 0) repositories.recordPush(record, done, identity);
      response.json(
        asList(
          updates.map((update, at) => ({
            repositoryId: record.id,
            ...update,
            isLocked: false,
            updateStatus: results[at],
            success: results[at] === 'succeeded',
          })),
        ),
      );
    }),
  );

  const items = withRepository((record, request, response) =>
    answerItems(context, record, request, response),
  );
  router.get(`${BASE}/items`, items);
  router.get(`${BASE}/items/*path`, items);

  router.get(
    `${BASE}/pushes`,
    withRepository(async (record, request, response) => {
      const skip = queryNumberOf(request, '$skip') ?? 0;
      const top = queryNumberOf(request, '$top') ?? 100;
      const pushes = [...record.pushes].reverse().slice(skip, skip + top);
      response.json(
        asList(
          await Promise.all(
            pushes.map(push =>
              pushWire(
                context,
                record,
                push,
                organization.identity(push.pushedBy),
              ),
            ),
          ),
        ),
      );
    }),
  );
  router.get(
    `${BASE}/pushes/:push`,
    withRepository(async (record, request, response) => {
      const id = wholeNumber(String(request.params.push), 'pushId');
      const push = record.pushes.find(({ pushId }) => pushId === id);
      if (!push) throw routeNotFound(request.path);
      const [update] = push.refUpdates;
      const range =
        update.newObjectId === ZERO_ID
          ? undefined
          : [
              `--max-count=${queryNumberOf(request, 'includeCommits') ?? 100}`,
              update.newObjectId,
              ...(update.oldObjectId === ZERO_ID
                ? []
                : [`^${update.oldObjectId}`]),
            ];
      const commits = range && (await repositories.open(record).log(range));
      response.json(
        await pushWire(
          context,
          record,
          push,
          organization.identity(push.pushedBy),
          commits,
        ),
      );
    }),
  );
  router.post(
    `${BASE}/pushes`,
    withRepository(async (record, request, response) => {
      const { identity } = callerOf(response);
      const push = parsePush(bodyOf(request));
      const repository = repositories.open(record);
      const ids = await repository.exclusively(() =>
        applyPush(repository, push, identity),
      );
      const kept = repositories.recordPush(
        record,
        [
          {
            name: push.ref,
            oldObjectId: push.oldObjectId,
            newObjectId: ids[ids.length - 1],
          },
        ],
        identity,
      );
      const commits = await repository.commits(ids);
      response
        .status(201)
        .json(await pushWire(context, record, kept, identity, commits));
    }),
  );

  router.get(
    `${BASE}/commits`,
    withRepository(async (record, request, response) => {
      const criteria = (name: string) =>
        queryOf(request, `searchCriteria.${name}`) ?? queryOf(request, name);
      const repository = repositories.open(record);
      // A list of an empty repository is empty; only a version that was asked for must exist.
      const empty = (await repository.refs('refs/heads/')).length === 0;
      if (empty && !criteria('itemVersion.version')) {
        response.json(asList([]));
        return;
      }
      const { commit } = await resolveVersion(
        request,
        record,
        repository,
        'searchCriteria.itemVersion',
      );
      const number = (name: string, other: number) => {
        const text = criteria(name);
        return text === undefined ? other : wholeNumber(text, name);
      };
      const author = criteria('author');
      const itemPath = criteria('itemPath')?.replace(/^\/+/, '');
      const commits = await repository.log([
        `--max-count=${number('$top', 100)}`,
        `--skip=${number('$skip', 0)}`,
        ...(author ? ['--fixed-strings', `--author=${author}`] : []),
        ...(criteria('fromDate') ? [`--since=${criteria('fromDate')}`] : []),
        ...(criteria('toDate') ? [`--until=${criteria('toDate')}`] : []),
        commit,
        ...(itemPath ? ['--', `:(literal)${itemPath}`] : []),
      ]);
      const ids = queryListOf(request, 'searchCriteria.ids');
      response.json(
        asList(
          commits
            .filter(({ commitId }) => !ids || ids.includes(commitId))
            .map(info => commitWire(context, record, info)),
        ),
      );
    }),
  );
  router.get(
    `${BASE}/commits/:commit`,
    withRepository(async (record, request, response) => {
      const id = String(request.params.commit);
      const repository = repositories.open(record);
      const commit = /^[0-9a-f]{7,40}$/i.test(id)
        ? await repository.resolveCommit(id)
        : undefined;
      if (!commit) throw commitNotFound(id, record.name);
      const [info] = await repository.commits([commit]);
      response.json(commitWire(context, record, info, { whole: true }));
    }),
  );
  return router;
}

function refuseJobs(caller: Caller, what: string): void {
  if (caller.job) {
    throw accessDenied(
      `TF401027: You need permission to ${what}: the token of a job has none.`,
    );
  }
}
