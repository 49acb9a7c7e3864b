import type { ReactNode } from 'react';
import styles from './Fields.module.css';

/** One of the things to choose from. */
export interface Choice<T extends string> {
  value: T;
  title: string;
  description?: string;
  /** Facts that differ between the choices, in the same order on each. */
  facts?: { label: string; value: ReactNode }[];
}

/**
 * A choice among few, each a card that says what it means. Radio buttons below,
 * so that arrow keys, labels and forms work as everywhere.
 *
 * @param props.name - unique on the page; groups the radio buttons
 */
export function ChoiceCards<T extends string>(props: {
  name: string;
  legend: string;
  required?: boolean;
  disabled?: boolean;
  choices: Choice<T>[];
  value: T | undefined;
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className={styles.choices} disabled={props.disabled}>
      <legend className={styles.legend}>
        {props.legend}
        {props.required && <span className={styles.hint}> (Required)</span>}
      </legend>
      <div className={styles.cards}>
        {props.choices.map(({ value, title, description, facts }) => {
          const id = `${props.name}-${value}`;
          return (
            <label
              key={value}
              htmlFor={id}
              className={styles.card}
              data-selected={props.value === value || undefined}
            >
              <input
                id={id}
                type="radio"
                name={props.name}
                value={value}
                checked={props.value === value}
                required={props.required}
                onChange={() => props.onChange(value)}
                aria-label={title}
                aria-describedby={`${id}-what`}
              />
              <span className={styles.cardTitle}>{title}</span>
              <span id={`${id}-what`} className={styles.cardBody}>
                {description && (
                  <span className={styles.hint}>{description}</span>
                )}
                {facts && (
                  <span className={styles.facts}>
                    {facts.map(fact => (
                      <span key={fact.label} className={styles.fact}>
                        <span className={styles.hint}>{fact.label}</span>{' '}
                        <span>{fact.value}</span>
                      </span>
                    ))}
                  </span>
                )}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
