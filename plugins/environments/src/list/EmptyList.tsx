import { Button, ButtonLink, Flex, Text } from '@backstage/ui';
import { RiAddLine } from '@remixicon/react';
import styles from './List.module.css';

const PARTS = [
  'Network and AKS cluster',
  'PostgreSQL',
  'Your services',
  'A pipeline that keeps them',
];

/** What is shown before there is any environment: what one is, and the one thing to do. */
export function NoEnvironments({ createHref }: { createHref: string }) {
  return (
    <section className={styles.empty} aria-label="No environments yet">
      <Text as="h3" variant="title-small" weight="bold">
        No environments yet
      </Text>
      <Text as="p" variant="body-medium" color="secondary">
        An environment is one place where your services run: a Kubernetes
        cluster on Azure with a database, kept as code. You describe it once;
        Moorline commits the Terraform and Helm values, runs the pipeline and
        shows you the way to ready.
      </Text>
      <Flex gap="2" className={styles.parts}>
        {PARTS.map(part => (
          <span key={part} className={styles.part}>
            {part}
          </span>
        ))}
      </Flex>
      <ButtonLink
        href={createHref}
        variant="primary"
        size="medium"
        iconStart={<RiAddLine />}
      >
        Create environment
      </ButtonLink>
    </section>
  );
}

/** What is shown when the filters leave nothing over. */
export function NoMatches(props: { total: number; onClear: () => void }) {
  return (
    <section className={styles.empty} aria-label="No matching environments">
      <Text as="h3" variant="title-small" weight="bold">
        None of {props.total} environments match
      </Text>
      <Text as="p" variant="body-medium" color="secondary">
        Take a filter away, or search for less.
      </Text>
      <Button variant="secondary" size="medium" onPress={props.onClear}>
        Clear filters
      </Button>
    </section>
  );
}
