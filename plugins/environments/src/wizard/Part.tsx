import { Text } from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './Wizard.module.css';

/** A part of the review, with a heading and a line that says how it comes about. */
export function Part(props: {
  title: string;
  note: string;
  children: ReactNode;
}) {
  return (
    <section className={styles.part} aria-label={props.title}>
      <Text as="h3" variant="body-large" weight="bold">
        {props.title}
      </Text>
      <Text as="p" variant="body-small" color="secondary">
        {props.note}
      </Text>
      {props.children}
    </section>
  );
}
