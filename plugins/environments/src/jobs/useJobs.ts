import { useApi } from '@backstage/frontend-plugin-api';
import type { BackgroundJobRecord } from '@moorline/api/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { POLL, environmentsApiRef } from '../api';

/** The newest jobs that are not done, or those that are parked; of an environment or of all. */
export function useJobs(
  filter: { environment?: string; state?: BackgroundJobRecord['state'] } = {},
) {
  const api = useApi(environmentsApiRef);
  return useQuery({
    queryKey: ['jobs', filter],
    queryFn: async ({ signal }) => {
      const input = { ...filter, limit: 200 };
      return (await api.jobs.list.query(input, { signal })).items;
    },
    refetchInterval: POLL.idle,
  });
}

/** Has a parked job done again, or throws it away. */
export function useSettleJob(id: string) {
  const api = useApi(environmentsApiRef);
  const cache = useQueryClient();
  const options = { onSettled: () => cache.invalidateQueries() };
  return {
    retry: useMutation({
      mutationFn: () => api.jobs.retry.mutate({ id }),
      ...options,
    }),
    discard: useMutation({
      mutationFn: () => api.jobs.discard.mutate({ id }),
      ...options,
    }),
  };
}
