import {
  Button,
  ButtonIcon,
  NumberField,
  Text,
  TextField,
} from '@backstage/ui';
import {
  MAX_REPLICAS,
  MAX_SERVICES,
  ServiceSpec,
} from '@moorline/environment-model';
import { RiAddLine, RiDeleteBinLine } from '@remixicon/react';
import { useEffect, useMemo } from 'react';
import styles from './Fields.module.css';
import {
  completed,
  newService,
  renamed,
  rehosted,
  servicesProblems,
} from './services';
import { FieldProps, draftOf } from './types';

/** The services, a row each: name, image, replicas and the host name that follows the name until it is changed. */
export function ServicesField(props: FieldProps<ServiceSpec[]>) {
  const { formData, onChange, rawErrors, idSchema } = props;
  const environment = draftOf(props).name ?? '';
  const services = useMemo(
    () => completed(formData ?? [], environment),
    [formData, environment],
  );

  // The first row is there from the start, and hosts follow a name changed on an earlier page.
  useEffect(() => {
    const next = rehosted(services, environment);
    if (next !== formData) onChange(next);
  }, [services, formData, environment, onChange]);

  const problems = useMemo(() => servicesProblems(services), [services]);
  const change = (index: number, next: ServiceSpec) =>
    onChange(services.map((service, at) => (at === index ? next : service)));
  const submitted = rawErrors?.length > 0;

  return (
    <fieldset className={styles.choices} disabled={props.disabled}>
      <legend className={styles.legend}>
        {props.schema.title ?? 'Services'}
        <span className={styles.hint}>
          {' '}
          1 to {MAX_SERVICES}, each a Helm release
        </span>
      </legend>
      {services.map((service, index) => {
        const wrong = problems[index] ?? {};
        const id = `${idSchema?.$id ?? 'services'}-${index}`;
        const input = (key: 'name' | 'image' | 'host') => ({
          size: 'small' as const,
          id: `${id}-${key}`,
          value: service[key],
          isInvalid: Boolean(wrong[key]) && (submitted || service[key] !== ''),
          spellCheck: 'false' as const,
          autoComplete: 'off',
          'aria-describedby': wrong[key] ? `${id}-problems` : undefined,
        });
        return (
          <div
            key={index}
            className={styles.service}
            role="group"
            aria-label={`Service ${index + 1}`}
          >
            <TextField
              label="Name"
              placeholder="api"
              {...input('name')}
              onChange={name =>
                change(index, renamed(service, name, environment))
              }
            />
            <TextField
              label="Image"
              placeholder="registry/repository:tag"
              {...input('image')}
              onChange={image => change(index, { ...service, image })}
            />
            <NumberField
              label="Replicas"
              size="small"
              minValue={1}
              maxValue={MAX_REPLICAS}
              value={service.replicas}
              onChange={replicas =>
                change(index, {
                  ...service,
                  replicas: Number.isNaN(replicas) ? 1 : replicas,
                })
              }
            />
            <TextField
              label="Host"
              {...input('host')}
              onChange={host => change(index, { ...service, host })}
            />
            <ButtonIcon
              aria-label={`Remove service ${service.name || index + 1}`}
              variant="tertiary"
              size="small"
              icon={<RiDeleteBinLine />}
              isDisabled={services.length === 1}
              onPress={() => onChange(services.filter((_, at) => at !== index))}
            />
            <div
              id={`${id}-problems`}
              className={styles.serviceProblems}
              aria-live="polite"
            >
              {Object.values(wrong).map(message => (
                <span key={message} className={styles.bad}>
                  {message}
                </span>
              ))}
            </div>
          </div>
        );
      })}
      <Button
        variant="secondary"
        iconStart={<RiAddLine />}
        isDisabled={services.length >= MAX_SERVICES}
        onPress={() =>
          onChange([...services, newService(services, environment)])
        }
      >
        Add service
      </Button>
      {services.length >= MAX_SERVICES && (
        <Text variant="body-small" color="secondary">
          {MAX_SERVICES} is the most; make a second environment for more.
        </Text>
      )}
    </fieldset>
  );
}
