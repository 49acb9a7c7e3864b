import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  DialogTrigger,
  Flex,
  Text,
} from '@backstage/ui';
import type { BackgroundJobRecord } from '@moorline/api/client';
import { RiRestartLine } from '@remixicon/react';
import { Problem } from '../common';
import { describeJob } from './describeJob';
import { useSettleJob } from './useJobs';

/** What a person can do about a parked job. */
export function JobActions({ job }: { job: BackgroundJobRecord }) {
  const { retry, discard } = useSettleJob(job.id);
  const error = retry.error ?? discard.error;
  return (
    <Flex direction="column" gap="2" align="start">
      <Flex gap="2">
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiRestartLine />}
          isPending={retry.isPending}
          onPress={() => retry.mutate()}
        >
          Retry
        </Button>
        <DialogTrigger>
          <Button size="small" variant="tertiary" isPending={discard.isPending}>
            Discard
          </Button>
          <Dialog>
            <DialogHeader>Discard this job?</DialogHeader>
            <DialogBody>
              <Text as="p">
                {describeJob(job)}
                {job.environment && ` (${job.environment})`}: this is not done
                then, and nobody is reminded of it.
              </Text>
            </DialogBody>
            <DialogFooter>
              <Button
                slot="close"
                variant="primary"
                destructive
                onPress={() => discard.mutate()}
              >
                Discard
              </Button>
              <Button slot="close" variant="secondary">
                Keep
              </Button>
            </DialogFooter>
          </Dialog>
        </DialogTrigger>
      </Flex>
      {error && <Problem error={error} doing="settle this job" />}
    </Flex>
  );
}
