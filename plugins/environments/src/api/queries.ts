import { useApi } from '@backstage/frontend-plugin-api';
import {
  keepPreviousData,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type {
  EnvironmentRecord,
  EventRecord,
  RunRecord,
  UsageRecord,
} from '@moorline/api/client';
import { isFinished } from '@moorline/environment-model';
import { environmentsApiRef } from './environmentsApi';
import { POLL } from './polling';

const isBusy = (environment?: EnvironmentRecord) =>
  environment?.state === 'requested' || environment?.state === 'provisioning';

const isRunning = (run?: RunRecord) =>
  run !== undefined && !isFinished(run.state);

/** Every environment, newest first; asked often while one of them is being made. */
export function useEnvironments() {
  const api = useApi(environmentsApiRef);
  return useQuery({
    queryKey: ['environments'],
    queryFn: ({ signal }) => api.environments.list.query({}, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.some(isBusy) ? POLL.busy : POLL.idle,
  });
}

/** One environment by its name; the list's answer serves until its own arrives. */
export function useEnvironment(name: string) {
  const api = useApi(environmentsApiRef);
  const cache = useQueryClient();
  return useQuery<EnvironmentRecord>({
    queryKey: ['environment', name],
    queryFn: ({ signal }) => api.environments.get.query({ name }, { signal }),
    placeholderData: () =>
      cache
        .getQueryData<EnvironmentRecord[]>(['environments'])
        ?.find(environment => environment.name === name),
    refetchInterval: ({ state }) =>
      isBusy(state.data) || state.status === 'error' ? POLL.busy : POLL.idle,
  });
}

/** What happened last in an environment, as the audit trail has it; asked once more when it is no longer busy. */
export function useHistory(name: string, busy: boolean) {
  const api = useApi(environmentsApiRef);
  return useQuery<EventRecord[]>({
    queryKey: ['history', name, busy],
    queryFn: ({ signal }) =>
      api.environments.history
        .query({ name, limit: 200 }, { signal })
        .then(({ items }) => items),
    placeholderData: keepPreviousData,
    refetchInterval: busy ? POLL.busy * 2 : POLL.idle,
  });
}

/** What an environment used and cost in the last thirty days. */
export function useUsage(name: string) {
  const api = useApi(environmentsApiRef);
  return useQuery<UsageRecord[]>({
    queryKey: ['usage', name],
    queryFn: ({ signal }) => api.environments.usage.query({ name }, { signal }),
    // It changes once a day.
    staleTime: 600_000,
  });
}

/** The newest runs of an environment, newest first. */
export function useRuns(environment: string) {
  const api = useApi(environmentsApiRef);
  return useQuery({
    queryKey: ['runs', environment],
    queryFn: ({ signal }) =>
      api.runs.list
        .query({ environment, limit: 200 }, { signal })
        .then(({ items }) => items),
    refetchInterval: ({ state }) =>
      state.data?.some(isRunning) ? POLL.busy : POLL.idle,
  });
}

/** Whether a name or an address range is free, and which ranges are taken. Keeps the last answer while the next comes. */
export function useAvailability(input: {
  name?: string;
  addressRange?: string;
}) {
  const api = useApi(environmentsApiRef);
  return useQuery({
    queryKey: ['check', input.name, input.addressRange],
    queryFn: ({ signal }) => api.environments.check.query(input, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}
