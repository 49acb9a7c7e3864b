import { ButtonLink, Container, Flex, Link, Table, Text } from '@backstage/ui';
import type { EnvironmentRecord } from '@moorline/api/client';
import { RiAddLine } from '@remixicon/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useEnvironments } from '../api';
import { Announce, Problem, stateLabel, stateWord, useLinks } from '../common';
import { ParkedNotice } from '../jobs';
import { NoEnvironments, NoMatches } from './EmptyList';
import { ListToolbar } from './ListToolbar';
import { environmentColumns, sortEnvironments } from './columns';
import {
  ListFilters,
  applyFilters,
  isFiltered,
  readFilters,
  writeFilters,
} from './filters';
import { useOwnership } from './useOwnership';

/** The list of environments, which changes while one looks at it. */
export function EnvironmentsPage() {
  const { data, error, refetch } = useEnvironments();
  const links = useLinks();
  const owners = useOwnership();
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  const [sort, setSort] = useState({ column: '', descending: false });

  const setFilters = (next: ListFilters) =>
    setParams(writeFilters(next), { replace: true });

  const rows = useMemo(() => {
    if (!data) return undefined;
    const shown = applyFilters(data, filters, owners);
    return sortEnvironments(shown, sort.column, sort.descending);
  }, [data, filters, owners, sort]);

  // An environment without a run may not be in the catalog yet: its waiting page knows.
  const { arriving, environment: homeOf } = links;
  const columns = useMemo(() => {
    const home = (environment: EnvironmentRecord) =>
      environment.lastRun
        ? homeOf(environment.name)
        : arriving(environment.name);
    const run = (environment: EnvironmentRecord) =>
      environment.lastRun
        ? homeOf(environment.name, 'run')
        : arriving(environment.name);
    return environmentColumns({ home, run });
  }, [homeOf, arriving]);

  const isEmpty = data?.length === 0;
  return (
    <Container>
      <Flex direction="column" gap="4">
        <Announce>{useChanges(data)}</Announce>
        {Boolean(error) && (
          <Problem
            error={error}
            doing="load the environments"
            onRetry={() => refetch()}
          />
        )}
        <ParkedNotice />
        {isEmpty && <NoEnvironments createHref={links.create} />}
        {!isEmpty && (
          <>
            <ListToolbar filters={filters} onChange={setFilters}>
              <ButtonLink
                href={links.create}
                variant="primary"
                iconStart={<RiAddLine />}
              >
                Create environment
              </ButtonLink>
            </ListToolbar>
            {(rows || !error) && (
              <Table
                data={rows}
                isPending={!rows}
                columnConfig={columns}
                pagination={{ type: 'none' }}
                sort={{
                  descriptor: sort.column
                    ? {
                        column: sort.column,
                        direction: sort.descending ? 'descending' : 'ascending',
                      }
                    : null,
                  onSortChange: ({ column, direction }) =>
                    setSort({
                      column: String(column),
                      descending: direction === 'descending',
                    }),
                }}
                emptyState={
                  isFiltered(filters) ? (
                    <NoMatches
                      total={data?.length ?? 0}
                      onClear={() => setParams({}, { replace: true })}
                    />
                  ) : undefined
                }
              />
            )}
            {rows && rows.length > 0 && (
              <Flex gap="4">
                <Text variant="body-small" color="secondary">
                  {rows.length === data?.length
                    ? `${rows.length} ${
                        rows.length === 1 ? 'environment' : 'environments'
                      }`
                    : `${rows.length} of ${data?.length} environments`}
                </Text>
                <Link href={links.jobs} variant="body-small">
                  Jobs
                </Link>
              </Flex>
            )}
          </>
        )}
      </Flex>
    </Container>
  );
}

/** A sentence for each environment whose state has changed since the last look. */
function useChanges(environments?: EnvironmentRecord[]): string | undefined {
  const seen = useRef<Map<string, string>>();
  const [changes, setChanges] = useState<string>();
  useEffect(() => {
    if (!environments) return;
    const before = seen.current;
    const words = new Map(
      environments.map(environment => [
        environment.name,
        stateLabel(environment) ?? stateWord(environment.state),
      ]),
    );
    seen.current = words;
    if (!before) return;
    const news = [...words]
      .filter(([name, word]) => before.get(name) !== word)
      .map(([name, word]) => `${name}: ${word}`);
    if (news.length) setChanges(news.join('. '));
  }, [environments]);
  return changes;
}
