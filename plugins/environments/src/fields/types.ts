import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import type { EnvironmentSpec } from '@moorline/environment-model';

/** What a form field of ours is given. */
export type FieldProps<T> = FieldExtensionComponentProps<T>;

/** What has been entered so far on every page of the wizard. */
export function draftOf(props: {
  formContext?: { formData?: unknown };
}): Partial<EnvironmentSpec> {
  return (props.formContext?.formData ?? {}) as Partial<EnvironmentSpec>;
}

/** A message of the model without the field's name, which the form shows anyway. */
export function withoutField(message: string): string {
  const text = message.replace(/^[\w.]+: /, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A range of nodes in words: "1 to 3", or "3" where it cannot grow. */
export function nodeCount({ min, max }: { min: number; max: number }): string {
  return min === max ? String(min) : `${min} to ${max}`;
}
