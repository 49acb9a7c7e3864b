import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { ComponentType } from 'react';
import { QueryProvider } from '../api';
import { AddressRangeField } from './AddressRangeField';
import { DatabaseField } from './DatabaseField';
import { NameField } from './NameField';
import { OwnerField } from './OwnerField';
import { RegionField } from './RegionField';
import { ServicesField } from './ServicesField';
import { SizeField } from './SizeField';
import { TierField } from './TierField';
import {
  validateAddressRange,
  validateName,
  validateOwner,
  validateServices,
} from './validation';

/** Fields also appear on pages that are not ours, so each brings the cache of answers along. */
function field<P extends object>(Field: ComponentType<P>) {
  return function FieldWithQueries(props: P) {
    return (
      <QueryProvider>
        <Field {...props} />
      </QueryProvider>
    );
  };
}

/** The fields by the name that a template's `ui:field` gives. */
export const environmentFields = [
  {
    name: 'EnvironmentName',
    component: field(NameField),
    validation: validateName,
  },
  { name: 'EnvironmentTier', component: field(TierField) },
  {
    name: 'EnvironmentOwner',
    component: field(OwnerField),
    validation: validateOwner,
  },
  { name: 'EnvironmentRegion', component: field(RegionField) },
  { name: 'EnvironmentSize', component: field(SizeField) },
  {
    name: 'EnvironmentAddressRange',
    component: field(AddressRangeField),
    validation: validateAddressRange,
  },
  {
    name: 'EnvironmentServices',
    component: field(ServicesField),
    validation: validateServices,
  },
  { name: 'EnvironmentDatabase', component: field(DatabaseField) },
] as const;

/** The same fields in the form in which the scaffolder's own pages take them. */
export const formFields = environmentFields.map(options =>
  // The scaffolder types a field by a zod 3 schema that ours, typed by the model, do not have.
  createFormField(options as Parameters<typeof createFormField>[0]),
);
