import { useApi } from '@backstage/frontend-plugin-api';
import { Button, Flex } from '@backstage/ui';
import type { RunRecord } from '@moorline/api/client';
import { RiRestartLine } from '@remixicon/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { environmentsApiRef } from '../api';
import { Problem } from '../common';

/**
 * Queues the pipeline again, as it is in the repository by now. Pressing twice makes one run: the one that follows
 * `run`.
 *
 * @param props.run - the environment's newest run, which is over
 * @param props.onStarted - told when the new run is queued
 */
export function RunAgain(props: { run: RunRecord; onStarted?: () => void }) {
  const { run, onStarted } = props;
  const api = useApi(environmentsApiRef);
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () =>
      api.runs.start.mutate({ environment: run.environment, after: run.id }),
    onSuccess: async () => {
      await cache.invalidateQueries();
      onStarted?.();
    },
  });
  const succeeded = run.state === 'succeeded';
  return (
    <Flex direction="column" gap="2" align="start">
      <Button
        size="small"
        variant={succeeded ? 'secondary' : 'primary'}
        iconStart={<RiRestartLine />}
        isPending={start.isPending}
        onPress={() => start.mutate()}
      >
        {succeeded ? 'Run again' : 'Resume'}
      </Button>
      {start.error && (
        <Problem
          error={start.error}
          doing={`run the pipeline of ${run.environment}`}
        />
      )}
    </Flex>
  );
}
