import { TextField } from '@backstage/ui';
import {
  defaultHost,
  environmentNameSchema,
} from '@moorline/environment-model';
import { RiCheckLine, RiErrorWarningLine } from '@remixicon/react';
import { useAvailability } from '../api';
import styles from './Fields.module.css';
import { FieldProps, draftOf, withoutField } from './types';
import { useSettled } from './useSettled';

/** The environment's name: whether it is free, and the host name that will follow from it, while typing. */
export function NameField(props: FieldProps<string>) {
  const {
    formData = '',
    onChange,
    schema,
    rawErrors,
    required,
    idSchema,
  } = props;
  const name = formData;
  const settled = useSettled(name);
  const parsed = environmentNameSchema.safeParse(name);
  const { data } = useAvailability(
    environmentNameSchema.safeParse(settled).success ? { name: settled } : {},
  );
  const answer = settled === name ? data?.name : undefined;
  const service = draftOf(props).services?.[0]?.name ?? 'api';
  const hintId = `${idSchema?.$id ?? 'name'}-hint`;

  let hint;
  if (name && !parsed.success) {
    hint = bad(withoutField(parsed.error.issues[0].message));
  } else if (parsed.success && answer && !answer.available) {
    hint = bad(
      withoutField(answer.reason ?? `${name} is taken; choose another name`),
    );
  } else if (parsed.success) {
    hint = (
      <>
        {answer?.available && (
          <span className={styles.good}>
            <RiCheckLine size={14} aria-hidden /> Free
          </span>
        )}
        <span>
          Services answer at <code>{defaultHost(service, name)}</code>
        </span>
      </>
    );
  } else {
    hint =
      '3 to 20 lower-case letters, digits and dashes. It becomes part of host names and cannot be changed later.';
  }

  return (
    <div className={styles.field}>
      <TextField
        id={idSchema?.$id}
        size="medium"
        label={schema.title ?? 'Name'}
        placeholder="orders-dev"
        secondaryLabel={required ? 'Required' : undefined}
        isRequired={required}
        isInvalid={rawErrors?.length > 0}
        isDisabled={props.disabled}
        autoComplete="off"
        spellCheck="false"
        maxLength={40}
        value={name}
        onChange={value => onChange(value.toLowerCase())}
        aria-describedby={hintId}
      />
      <div id={hintId} className={styles.note} aria-live="polite">
        {hint}
      </div>
    </div>
  );
}

function bad(message: string) {
  return (
    <span className={styles.bad}>
      <RiErrorWarningLine size={14} aria-hidden /> {message}
    </span>
  );
}
