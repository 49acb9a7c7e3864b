import {
  TIERS,
  TIER_PRESETS,
  Tier,
  nodeRange,
} from '@moorline/environment-model';
import { useEffect } from 'react';
import { Choice, ChoiceCards } from './ChoiceCards';
import { FieldProps, draftOf, nodeCount } from './types';

/** The tier, as three cards that say what differs. */
export function TierField(props: FieldProps<Tier>) {
  const { formData, onChange } = props;
  useEffect(() => {
    if (!formData) onChange('dev');
  }, [formData, onChange]);

  const size = draftOf(props).size ?? 'small';
  const choices = TIERS.map((tier): Choice<Tier> => {
    const { label, description, zones, approval } = TIER_PRESETS[tier];
    const nodes = nodeRange({ tier, size });
    return {
      value: tier,
      title: label,
      description,
      facts: [
        { label: 'Zones', value: zones.length || 'any' },
        {
          label: 'Nodes',
          value: `${nodeCount(nodes)} of size ${size}`,
        },
        { label: 'Approval', value: approval ? 'in Azure DevOps' : 'none' },
      ],
    };
  });
  return (
    <ChoiceCards
      name={props.idSchema?.$id ?? 'tier'}
      legend={props.schema.title ?? 'Tier'}
      required={props.required}
      disabled={props.disabled}
      choices={choices}
      value={formData}
      onChange={onChange}
    />
  );
}
