import { Select } from '@backstage/ui';
import { REGIONS, Region } from '@moorline/environment-model';
import { useEffect } from 'react';
import styles from './Fields.module.css';
import type { FieldProps } from './types';

const options = (Object.keys(REGIONS) as Region[]).map(region => ({
  value: region,
  label: `${REGIONS[region].label} (${REGIONS[region].country})`,
}));

/** The Azure region. All that are offered have three availability zones. */
export function RegionField(props: FieldProps<Region>) {
  const { formData, onChange } = props;
  useEffect(() => {
    if (!formData) onChange('westeurope');
  }, [formData, onChange]);
  return (
    <div className={styles.field}>
      <Select
        id={props.idSchema?.$id}
        label={props.schema.title ?? 'Region'}
        description="Where the cluster runs and the data rests."
        size="medium"
        isRequired={props.required}
        isDisabled={props.disabled}
        options={options}
        search={{ placeholder: 'Search regions' }}
        value={formData ?? null}
        onChange={key => onChange(key as Region)}
      />
    </div>
  );
}
