import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { Select } from '@backstage/ui';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useOwnership } from '../list';
import styles from './Fields.module.css';
import type { FieldProps } from './types';

/** The owning group, from the catalog; the person's own groups come first. */
export function OwnerField(props: FieldProps<string>) {
  const { formData, onChange } = props;
  const catalog = useApi(catalogApiRef);
  const mine = useOwnership();
  const groups = useQuery({
    queryKey: ['groups'],
    queryFn: async () => {
      const { items } = await catalog.getEntities({
        filter: { kind: 'Group' },
        fields: [
          'kind',
          'metadata.name',
          'metadata.namespace',
          'metadata.title',
          'spec.profile',
        ],
      });
      return items.map(entity => {
        const profile = entity.spec?.profile as
          | { displayName?: string }
          | undefined;
        return {
          value: stringifyEntityRef(entity),
          label:
            profile?.displayName ??
            entity.metadata.title ??
            entity.metadata.name,
        };
      });
    },
    staleTime: 60_000,
  });

  const options = useMemo(() => {
    const sorted = [...(groups.data ?? [])].sort((a, b) =>
      a.label.localeCompare(b.label),
    );
    const own = sorted.filter(({ value }) => mine.includes(value));
    const others = sorted.filter(({ value }) => !mine.includes(value));
    return own.length && others.length
      ? [
          { title: 'My teams', options: own },
          { title: 'Other teams', options: others },
        ]
      : sorted;
  }, [groups.data, mine]);

  // Nobody should have to choose when there is only one sensible answer.
  const own = groups.data?.filter(({ value }) => mine.includes(value)) ?? [];
  const obvious =
    own.length === 1
      ? own[0].value
      : (groups.data?.length === 1 && groups.data[0].value) || undefined;
  useEffect(() => {
    if (!formData && obvious) onChange(obvious);
  }, [formData, obvious, onChange]);

  let description = 'The team that answers for it.';
  if (groups.error) {
    description =
      'The catalog did not answer. Reload the page to see the teams again.';
  } else if (groups.data?.length === 0) {
    description =
      'The catalog has no groups yet. Add your teams to the catalog first.';
  }
  return (
    <div className={styles.field}>
      <Select
        id={props.idSchema?.$id}
        label={props.schema.title ?? 'Owner'}
        description={description}
        size="medium"
        isRequired={props.required}
        isDisabled={props.disabled}
        isInvalid={props.rawErrors?.length > 0}
        options={options}
        search={{ placeholder: 'Search teams' }}
        placeholder={groups.isPending ? 'Loading teams' : 'Choose a team'}
        value={formData ?? null}
        onChange={key => onChange(String(key))}
      />
    </div>
  );
}
