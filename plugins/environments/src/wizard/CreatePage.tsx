import { BreadcrumbEntry } from '@backstage/frontend-plugin-api';
import { SecretsContextProvider } from '@backstage/plugin-scaffolder-react';
import { useTemplateParameterSchema } from '@backstage/plugin-scaffolder-react/alpha';
import { Alert, Container, Header, Skeleton } from '@backstage/ui';
import { Problem, useLinks } from '../common';
import { Wizard } from './Wizard';
import styles from './Wizard.module.css';
import { CREATE_TEMPLATE } from './template';

/** `/environments/create`: the template's pages, with a review before anything is made. */
export function CreatePage() {
  const links = useLinks();
  const { manifest, loading, error } =
    useTemplateParameterSchema(CREATE_TEMPLATE);
  const isMissing = /not ?found|404/i.test(error?.message ?? '');
  return (
    <BreadcrumbEntry
      entry={{ label: 'Create environment', href: links.create }}
    >
      <Header title="Create environment" />
      <Container>
        {loading && (
          <div
            role="status"
            className={styles.loading}
            aria-label="Loading the form"
          >
            <Skeleton width="100%" height={48} />
            <Skeleton width="100%" height={88} />
            <Skeleton width="100%" height={180} />
            <Skeleton width="100%" height={64} />
          </div>
        )}
        {error && isMissing && (
          <Alert
            status="warning"
            icon
            title="The template create-environment is not in the catalog"
            description="Nothing was changed. It arrives within a minute of the portal's start; if it does not, check catalog.locations in the portal's configuration."
          />
        )}
        {error && !isMissing && <Problem error={error} doing="load the form" />}
        {manifest && (
          <SecretsContextProvider>
            <Wizard manifest={manifest} />
          </SecretsContextProvider>
        )}
      </Container>
    </BreadcrumbEntry>
  );
}
