import { Radio, RadioGroup, TextField } from '@backstage/ui';
import { addressRangeProblem } from '@moorline/environment-model';
import { useState } from 'react';
import { useAvailability } from '../api';
import { AddressMap } from './AddressMap';
import styles from './Fields.module.css';
import { FieldProps, withoutField } from './types';
import { useSettled } from './useSettled';

/**
 * The environment's private addresses: chosen for it, or by hand on the map of
 * what is taken, where an overlap is named at once.
 */
export function AddressRangeField(props: FieldProps<string | undefined>) {
  const { formData, onChange, rawErrors, idSchema } = props;
  const [byHand, setByHand] = useState(Boolean(formData));
  const settled = useSettled(formData ?? '');
  const isValid = settled !== '' && !addressRangeProblem(settled);
  const { data } = useAvailability(isValid ? { addressRange: settled } : {});

  const written = formData ?? '';
  const problem = written && addressRangeProblem(written);
  const answer = settled === written ? data?.addressRange : undefined;
  let hint = 'A /20 inside 10.0.0.0/8: 4,096 addresses.';
  let wrong = false;
  if (problem) {
    hint = withoutField(problem);
    wrong = true;
  } else if (written && answer && !answer.available) {
    hint = withoutField(
      answer.reason ?? 'This range is taken; choose another.',
    );
    wrong = true;
  } else if (written && answer?.available) {
    hint = `${written} is free.`;
  }

  const choose = (hand: boolean) => {
    setByHand(hand);
    onChange(hand ? data?.suggestedRange : undefined);
  };
  const chosen = byHand ? written : data?.suggestedRange;
  return (
    <div className={styles.field}>
      <RadioGroup
        label={props.schema.title ?? 'Address range'}
        orientation="horizontal"
        isDisabled={props.disabled}
        value={byHand ? 'hand' : 'auto'}
        onChange={value => choose(value === 'hand')}
      >
        <Radio value="auto">Choose a free one</Radio>
        <Radio value="hand">Set it by hand</Radio>
      </RadioGroup>
      {byHand ? (
        <>
          <TextField
            id={idSchema?.$id}
            size="medium"
            aria-label="Address range"
            placeholder={data?.suggestedRange ?? '10.1.16.0/20'}
            spellCheck="false"
            autoComplete="off"
            isInvalid={wrong || rawErrors?.length > 0}
            value={written}
            onChange={value => onChange(value.trim() || undefined)}
          />
          <div className={wrong ? styles.bad : styles.note} aria-live="polite">
            {hint}
          </div>
        </>
      ) : (
        <div className={styles.note}>
          {data?.suggestedRange ? (
            <span>
              <code>{data.suggestedRange}</code> is free now and is reserved
              when you create the environment.
            </span>
          ) : (
            'Looking for a free range…'
          )}
        </div>
      )}
      {data && (
        <AddressMap
          taken={data.taken}
          chosen={chosen}
          onChoose={
            props.disabled
              ? undefined
              : range => {
                  setByHand(true);
                  onChange(range);
                }
          }
        />
      )}
    </div>
  );
}
