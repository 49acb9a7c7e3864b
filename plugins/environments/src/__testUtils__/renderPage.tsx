import { identityApiRef } from '@backstage/frontend-plugin-api';
import { TestApiPairs, renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { scaffolderApiRef } from '@backstage/plugin-scaffolder-react';
import type {
  BackgroundJobRecord,
  CheckResult,
  EnvironmentRecord,
  EventRecord,
  LogPage,
  RunRecord,
  UsageRecord,
} from '@moorline/api/client';
import { QueryClient } from '@tanstack/react-query';
import { useLocation } from 'react-router-dom';
import { EnvironmentsApi, QueryProvider, environmentsApiRef } from '../api';
import { environmentsRouteRef, taskRouteRef } from '../routes';

/** What the API answers, by procedure; those left out are not expected to be called. */
export interface Answers {
  list?: () => Promise<EnvironmentRecord[]>;
  get?: (input: { name: string }) => Promise<EnvironmentRecord>;
  history?: (input: { name: string }) => Promise<EventRecord[]>;
  usage?: (input: { name: string }) => Promise<UsageRecord[]>;
  check?: (input: {
    name?: string;
    addressRange?: string;
  }) => Promise<CheckResult>;
  jobs?: (input: {
    environment?: string;
    state?: string;
  }) => Promise<BackgroundJobRecord[]>;
  retryJob?: (input: { id: string }) => Promise<void>;
  discardJob?: (input: { id: string }) => Promise<void>;
  runs?: (input: { environment: string }) => Promise<RunRecord[]>;
  log?: (input: {
    id: string;
    logId: number;
    from: number;
  }) => Promise<LogPage>;
}

/** The same as the only page of a list. */
function paged<T>(answer?: (input: never) => Promise<T[]>) {
  return answer && (async (input: never) => ({ items: await answer(input) }));
}

/** A client that answers from a table. */
export function fakeApi(answers: Answers): EnvironmentsApi {
  const query = <T,>(name: string, answer?: T) => ({
    query: answer ?? (() => Promise.reject(new Error(`${name} was asked`))),
  });
  return {
    environments: {
      list: query('list', answers.list),
      get: query('get', answers.get),
      history: query('history', paged(answers.history)),
      check: query('check', answers.check),
      usage: query('usage', answers.usage),
    },
    jobs: {
      list: query('jobs.list', paged(answers.jobs)),
      retry: { mutate: answers.retryJob },
      discard: { mutate: answers.discardJob },
    },
    runs: {
      list: query('runs.list', paged(answers.runs)),
      log: query('runs.log', answers.log),
    },
  } as unknown as EnvironmentsApi;
}

function Address() {
  const { pathname, search } = useLocation();
  return <output aria-label="Address">{`${pathname}${search}`}</output>;
}

/** Renders a page of ours in a test app, with the address it is at beside it. */
export function renderPage(
  page: JSX.Element,
  options: {
    api: EnvironmentsApi;
    at?: string;
    mountPath?: string;
    catalog?: object;
    scaffolder?: object;
    ownership?: string[];
    apis?: TestApiPairs<any[]>;
  },
) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false } },
  });
  return renderInTestApp(
    <QueryProvider client={client}>
      {page}
      <Address />
    </QueryProvider>,
    {
      mountPath: options.mountPath,
      initialRouteEntries: [options.at ?? '/'],
      mountedRoutes: {
        '/environments': environmentsRouteRef,
        '/create/tasks/:taskId': taskRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef as never,
      },
      apis: [
        [environmentsApiRef, options.api],
        [catalogApiRef, (options.catalog ?? {}) as never],
        [scaffolderApiRef, (options.scaffolder ?? {}) as never],
        [
          identityApiRef,
          {
            getBackstageIdentity: async () => ({
              type: 'user',
              userEntityRef: 'user:default/guest',
              ownershipEntityRefs: options.ownership ?? [],
            }),
          } as never,
        ],
        ...(options.apis ?? []),
      ],
    },
  );
}
