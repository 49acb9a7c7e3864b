import { DATABASE_KINDS, DatabaseKind } from '@moorline/environment-model';
import { useEffect } from 'react';
import { ChoiceCards } from './ChoiceCards';
import type { FieldProps } from './types';

const kinds = Object.keys(DATABASE_KINDS) as DatabaseKind[];

/** Where the database lives, with what each choice means. */
export function DatabaseField(props: FieldProps<DatabaseKind>) {
  const { formData, onChange } = props;
  useEffect(() => {
    if (!formData) onChange(kinds[0]);
  }, [formData, onChange]);
  return (
    <ChoiceCards
      name={props.idSchema?.$id ?? 'database'}
      legend={props.schema.title ?? 'Database'}
      required={props.required}
      disabled={props.disabled}
      choices={kinds.map(kind => ({
        value: kind,
        title: DATABASE_KINDS[kind].label,
        description: DATABASE_KINDS[kind].description,
      }))}
      value={formData}
      onChange={onChange}
    />
  );
}
