import { BreadcrumbEntry, useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { Alert, ButtonLink, Container, Header, Skeleton } from '@backstage/ui';
import { RiLoader4Line } from '@remixicon/react';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams, useSearchParams } from 'react-router-dom';
import { POLL, isNotFound, useEnvironment } from '../api';
import { Problem, StateBadge, useLinks } from '../common';
import { Creation } from './Creation';
import { useCreationTask } from './useCreationTask';
import styles from './Creation.module.css';

/**
 * `/environments/:name`: the seconds between Create and the environment's home in
 * the catalog. Shows what is being done and goes on to the home by itself; a task
 * that failed stays here, where it can be tried again.
 */
export function ArrivingPage() {
  const { name = '' } = useParams();
  const [params] = useSearchParams();
  const links = useLinks();
  const { taskId, isPending } = useCreationTask(
    name,
    params.get('task') ?? undefined,
  );
  const environment = useEnvironment(name);
  const unknown = isNotFound(environment.error);

  let content: JSX.Element;
  if (isPending) {
    content = <Skeleton width="100%" height={180} />;
  } else if (taskId) {
    content = <Creation taskId={taskId} whenDone={<GoHome name={name} />} />;
  } else if (unknown) {
    content = (
      <Alert
        status="warning"
        icon
        title={`There is no environment ${name}`}
        description="It may have been spelled differently. Nothing was changed."
        customActions={
          <ButtonLink size="small" variant="secondary" href={links.list}>
            All environments
          </ButtonLink>
        }
      />
    );
  } else if (environment.error && !environment.data) {
    content = (
      <Problem
        error={environment.error}
        doing={`load ${name}`}
        onRetry={() => environment.refetch()}
      />
    );
  } else {
    content = <GoHome name={name} />;
  }
  return (
    <BreadcrumbEntry entry={{ label: name, href: links.arriving(name) }}>
      <Header
        title={name}
        customActions={
          environment.data && <StateBadge state={environment.data.state} />
        }
      />
      <Container>
        <div className={styles.arriving}>{content}</div>
      </Container>
    </BreadcrumbEntry>
  );
}

/** Waits for the catalog to know the environment, then goes to its page there. */
function GoHome({ name }: { name: string }) {
  const catalog = useApi(catalogApiRef);
  const links = useLinks();
  const { data, error, refetch } = useQuery({
    queryKey: ['entity', name],
    queryFn: async () =>
      (await catalog.getEntityByRef(`resource:default/${name}`)) ?? null,
    refetchInterval: ({ state }) => (state.data ? false : POLL.busy),
  });
  if (data) return <Navigate to={links.environment(name)} replace />;
  if (error) {
    return (
      <Problem
        error={error}
        doing="ask the catalog"
        onRetry={() => refetch()}
      />
    );
  }
  return (
    <p className={styles.waiting} role="status">
      <RiLoader4Line size={18} className={styles.turning} aria-hidden />
      Waiting for the catalog to show it; that takes a few seconds.
    </p>
  );
}
