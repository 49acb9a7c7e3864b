import { useApi, useApiHolder } from '@backstage/frontend-plugin-api';
import {
  TemplateParameterSchema,
  scaffolderApiRef,
  useTemplateSecrets,
} from '@backstage/plugin-scaffolder-react';
import {
  Form,
  createAsyncValidators,
  useTemplateSchema,
} from '@backstage/plugin-scaffolder-react/alpha';
import type { JsonObject } from '@backstage/types';
import { Box, Button, Flex, Text } from '@backstage/ui';
import type { RJSFValidationError } from '@rjsf/utils';
import validator from '@rjsf/validator-ajv8';
import { RiArrowLeftLine, RiArrowRightLine } from '@remixicon/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { Problem, useLinks } from '../common';
import { environmentFields } from '../fields';
import { Review } from './Review';
import { Steps } from './Steps';
import styles from './Wizard.module.css';
import { CREATE_TEMPLATE } from './template';
import { useDraft } from './useDraft';

const components = Object.fromEntries(
  environmentFields.map(({ name, component }) => [name, component]),
);
const validators = Object.fromEntries(
  environmentFields.map(field => [
    field.name,
    'validation' in field ? field.validation : undefined,
  ]),
);

type Errors = Record<string, { __errors?: string[] }>;

/**
 * The template's pages and a review, one at a time. The page is in the address, so
 * that Back works; what was entered stays in the browser tab.
 */
export function Wizard({ manifest }: { manifest: TemplateParameterSchema }) {
  const apiHolder = useApiHolder();
  const scaffolder = useApi(scaffolderApiRef);
  const { secrets } = useTemplateSecrets();
  const navigate = useNavigate();
  const links = useLinks();
  const { steps } = useTemplateSchema(manifest);
  const { draft, setDraft, forget } = useDraft();
  const [params, setParams] = useSearchParams();
  const [furthest, setFurthest] = useState(0);
  const [checking, setChecking] = useState(false);
  const [errors, setErrors] = useState<Errors>();
  const [failure, setFailure] = useState<unknown>();
  const top = useRef<HTMLDivElement>(null);

  // A link into the middle only opens what has been filled in before it.
  const wanted = Number(params.get('page') ?? 1) - 1;
  const known = hasRequired(draft, steps) ? steps.length : furthest;
  const active = Math.max(0, Math.min(wanted || 0, known));
  const titles = [...steps.map(({ title }) => title), 'Review'];

  const go = (index: number) => {
    setErrors(undefined);
    setFailure(undefined);
    setFurthest(value => Math.max(value, index));
    setParams(index ? { page: String(index + 1) } : {});
  };
  useEffect(() => {
    top.current?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);

  const step = steps[active];
  const validate = useMemo(
    () =>
      step &&
      createAsyncValidators(
        step.mergedSchema,
        validators as Parameters<typeof createAsyncValidators>[1],
        { apiHolder },
      ),
    [step, apiHolder],
  );

  const next = async (values: JsonObject) => {
    setChecking(true);
    setFailure(undefined);
    try {
      const merged = { ...draft, ...values };
      setDraft(merged);
      const found = (await validate(merged)) as Errors;
      if (Object.values(found).some(({ __errors }) => __errors?.length)) {
        setErrors(found);
      } else {
        go(active + 1);
      }
    } catch (error) {
      setFailure(error);
    } finally {
      setChecking(false);
    }
  };

  const create = async () => {
    setChecking(true);
    setFailure(undefined);
    try {
      const { taskId } = await scaffolder.scaffold({
        templateRef: CREATE_TEMPLATE,
        values: draft as Parameters<typeof scaffolder.scaffold>[0]['values'],
        secrets,
      });
      forget();
      navigate(links.arriving(String(draft.name), taskId));
    } catch (error) {
      setFailure(error);
      setChecking(false);
    }
  };

  return (
    <div className={styles.wizard} ref={top}>
      <Steps titles={titles} active={active} onGo={go} />
      {Boolean(failure) && (
        <Problem
          error={failure}
          doing={step ? 'check this page' : 'create the environment'}
        />
      )}
      {step ? (
        <Box
          as="section"
          bg="neutral"
          aria-label={step.title}
          className={styles.page}
        >
          {step.description && (
            <Text as="p" variant="body-medium" color="secondary">
              {step.description}
            </Text>
          )}
          <Form
            key={active}
            validator={validator}
            EXPERIMENTAL_theme="bui"
            schema={step.schema}
            uiSchema={step.uiSchema}
            formData={draft}
            formContext={{ formData: draft }}
            fields={components as Record<string, never>}
            extraErrors={errors as never}
            showErrorList={false}
            noHtml5Validate
            transformErrors={inPlainWords}
            focusOnFirstError
            onChange={({ formData }) =>
              setDraft(current => ({ ...current, ...formData }))
            }
            onSubmit={({ formData }) => next(formData)}
          >
            <Flex gap="2" justify="end" className={styles.buttons}>
              {active > 0 && (
                <Button
                  variant="secondary"
                  size="medium"
                  iconStart={<RiArrowLeftLine />}
                  onPress={() => go(active - 1)}
                >
                  Back
                </Button>
              )}
              <Button
                type="submit"
                variant="primary"
                size="medium"
                iconEnd={<RiArrowRightLine />}
                isPending={checking}
              >
                {active === steps.length - 1 ? 'Review' : 'Next'}
              </Button>
            </Flex>
          </Form>
        </Box>
      ) : (
        <Review
          values={draft}
          busy={checking}
          onBack={() => go(steps.length - 1)}
          onCreate={create}
        />
      )}
    </div>
  );
}

/** The schema's own messages, for those who do not know the schema. */
function inPlainWords(errors: RJSFValidationError[]): RJSFValidationError[] {
  return errors.map(error => {
    if (error.name === 'required') {
      return { ...error, message: 'Give this before you go on' };
    }
    if (error.name === 'enum') {
      return { ...error, message: 'Choose one of these' };
    }
    return error;
  });
}

/** Whether every required field of every page has a value. */
function hasRequired(
  draft: JsonObject,
  steps: { schema: JsonObject }[],
): boolean {
  return steps
    .flatMap(({ schema }) => (schema.required as string[] | undefined) ?? [])
    .every(key => draft[key] !== undefined && draft[key] !== '');
}
