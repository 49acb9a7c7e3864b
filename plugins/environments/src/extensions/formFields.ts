import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';

/** The names that a template's `ui:field` gives. */
const NAMES = [
  'EnvironmentName',
  'EnvironmentTier',
  'EnvironmentOwner',
  'EnvironmentRegion',
  'EnvironmentSize',
  'EnvironmentAddressRange',
  'EnvironmentServices',
  'EnvironmentDatabase',
] as const;

/** One extension a field, so that the scaffolder's own pages know them too. */
export const formFieldExtensions = NAMES.map((name, index) =>
  FormFieldBlueprint.make({
    name: name.toLowerCase(),
    params: {
      field: async () => (await import('../fields')).formFields[index],
    },
  }),
);
