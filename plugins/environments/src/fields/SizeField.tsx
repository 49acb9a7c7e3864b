import { SIZES, Size, nodeRange } from '@moorline/environment-model';
import { useEffect } from 'react';
import { Choice, ChoiceCards } from './ChoiceCards';
import { FieldProps, draftOf, nodeCount } from './types';

const sizes = Object.keys(SIZES) as Size[];

/** The size of the cluster, as cards with what each brings. */
export function SizeField(props: FieldProps<Size>) {
  const { formData, onChange } = props;
  useEffect(() => {
    if (!formData) onChange('small');
  }, [formData, onChange]);

  const tier = draftOf(props).tier ?? 'dev';
  const choices = sizes.map((size): Choice<Size> => {
    const { label, vmSize, cpus, memoryGiB } = SIZES[size];
    return {
      value: size,
      title: label,
      facts: [
        { label: 'Nodes', value: nodeCount(nodeRange({ tier, size })) },
        { label: 'Each', value: `${cpus} CPUs, ${memoryGiB} GiB` },
        { label: 'Machine', value: vmSize },
      ],
    };
  });
  return (
    <ChoiceCards
      name={props.idSchema?.$id ?? 'size'}
      legend={props.schema.title ?? 'Size'}
      required={props.required}
      disabled={props.disabled}
      choices={choices}
      value={formData}
      onChange={onChange}
    />
  );
}
