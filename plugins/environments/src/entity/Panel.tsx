import { Text } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './Overview.module.css';

/** A card of the Overview: a heading, something at its right, and a body. */
export function Panel(props: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.panel} aria-label={props.title}>
      <header>
        <Text as="h3" variant="body-large" weight="bold">
          {props.title}
        </Text>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}
