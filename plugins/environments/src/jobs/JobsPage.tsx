import { Container, Flex, Link, Table, Text } from '@backstage/ui';
import { useMemo } from 'react';
import { Problem, useLinks } from '../common';
import styles from './Jobs.module.css';
import { jobColumns } from './columns';
import { useJobs } from './useJobs';

/** What is to be done later, and what failed too often: that first. */
export function JobsPage() {
  const { data, error, refetch } = useJobs();
  const links = useLinks();
  const columns = useMemo(
    () => jobColumns(links.environment),
    [links.environment],
  );
  const rows = useMemo(
    () =>
      data && [
        ...data.filter(({ state }) => state === 'parked'),
        ...data.filter(({ state }) => state !== 'parked'),
      ],
    [data],
  );
  return (
    <Container>
      <Flex direction="column" gap="4">
        <div>
          <Link href={links.list}>All environments</Link>
          <Text as="h2" variant="title-small" weight="bold">
            Jobs
          </Text>
          <Text as="p" variant="body-medium" color="secondary">
            What Moorline does by itself, now or when its time comes. A job that
            fails is tried again for some ten minutes, then waits here for
            somebody.
          </Text>
        </div>
        {Boolean(error) && (
          <Problem
            error={error}
            doing="load the jobs"
            onRetry={() => refetch()}
          />
        )}
        {(rows || !error) && (
          <Table
            data={rows}
            isPending={!rows}
            columnConfig={columns}
            pagination={{ type: 'none' }}
            emptyState={
              <section className={styles.empty} aria-label="No jobs">
                <Text as="h3" variant="title-small" weight="bold">
                  Nothing to do
                </Text>
                <Text as="p" variant="body-medium" color="secondary">
                  No job waits, and none has failed.
                </Text>
              </section>
            }
          />
        )}
      </Flex>
    </Container>
  );
}
