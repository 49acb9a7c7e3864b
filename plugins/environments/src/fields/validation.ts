import type { ApiHolder } from '@backstage/frontend-plugin-api';
import type { FieldValidation } from '@rjsf/utils';
import {
  ServiceSpec,
  addressRangeProblem,
  environmentNameSchema,
  ownerSchema,
} from '@moorline/environment-model';
import { environmentsApiRef } from '../api';
import { completed, servicesProblems } from './services';
import { withoutField } from './types';

/** What a check of the form is given beside the value. */
interface Context {
  apiHolder: ApiHolder;
}

/** Asked of the API before the next page opens, so that a taken name is met at once and not by the task. */
export async function validateName(
  name: string,
  field: FieldValidation,
  { apiHolder }: Context,
) {
  const parsed = environmentNameSchema.safeParse(name);
  if (!parsed.success) {
    field.addError(withoutField(parsed.error.issues[0].message));
    return;
  }
  const answer = await apiHolder
    .get(environmentsApiRef)
    ?.environments.check.query({ name });
  if (answer?.name && !answer.name.available) {
    field.addError(
      withoutField(answer.name.reason ?? `${name} is taken; choose another`),
    );
  }
}

/** An overlap is named before the next page opens. */
export async function validateAddressRange(
  range: string | undefined,
  field: FieldValidation,
  { apiHolder }: Context,
) {
  if (!range) return;
  const problem = addressRangeProblem(range);
  if (problem) {
    field.addError(withoutField(problem));
    return;
  }
  const answer = await apiHolder
    .get(environmentsApiRef)
    ?.environments.check.query({ addressRange: range });
  if (answer?.addressRange && !answer.addressRange.available) {
    field.addError(
      withoutField(answer.addressRange.reason ?? `${range} is taken`),
    );
  }
}

export function validateOwner(owner: string, field: FieldValidation) {
  const parsed = ownerSchema.safeParse(owner);
  if (!parsed.success) {
    field.addError(withoutField(parsed.error.issues[0].message));
  }
}

export function validateServices(
  services: ServiceSpec[],
  field: FieldValidation,
) {
  const wrong = servicesProblems(completed(services ?? [], '')).filter(
    problems => Object.keys(problems).length > 0,
  );
  if (wrong.length) {
    field.addError('Put right what is marked above');
  }
}
