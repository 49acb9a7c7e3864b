import { RiCheckLine } from '@remixicon/react';
import styles from './Wizard.module.css';

/** Where one is in the wizard. Pages already passed can be gone back to. */
export function Steps(props: {
  titles: string[];
  active: number;
  onGo: (index: number) => void;
}) {
  const { titles, active, onGo } = props;
  return (
    <nav aria-label="Pages of the form">
      <ol className={styles.steps}>
        {titles.map((title, index) => {
          const isPast = index < active;
          const label = (
            <>
              <span className={styles.number} aria-hidden>
                {isPast ? <RiCheckLine size={14} /> : index + 1}
              </span>
              {title}
            </>
          );
          return (
            <li
              key={title}
              className={styles.step}
              data-past={isPast || undefined}
              aria-current={index === active ? 'step' : undefined}
            >
              {isPast ? (
                <button type="button" onClick={() => onGo(index)}>
                  {label}
                </button>
              ) : (
                <span>{label}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
