import { FieldErrors } from '../api/fieldErrors';
import { Container, PodSpec, PodTemplate, Probe, Volume } from '../objects/pod';
import { parseQuantity, QUANTITY_PATTERN } from '../objects/quantity';
import { dnsLabel, dnsSubdomain, envName } from './names';
import { checkLabels } from './metadata';

const POLICIES = ['Always', 'IfNotPresent', 'Never'];

function oneOf(
  value: string | undefined,
  allowed: string[],
  field: string,
  errors: FieldErrors,
) {
  if (value !== undefined && !allowed.includes(value)) {
    errors.notSupported(field, value, allowed);
  }
}

export function checkPort(port: unknown, field: string, errors: FieldErrors) {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    errors.invalid(field, port, 'must be between 1 and 65535, inclusive');
  }
}

function checkResources(
  { resources = {} }: Container,
  field: string,
  errors: FieldErrors,
) {
  for (const section of ['requests', 'limits'] as const) {
    for (const [name, value] of Object.entries(resources[section] ?? {})) {
      const amount = parseQuantity(value);
      const here = `${field}.resources.${section}[${name}]`;
      if (amount === undefined) {
        errors.invalid(
          here,
          value,
          `quantities must match the regular expression '${QUANTITY_PATTERN}'`,
        );
      } else if (amount < 0) {
        errors.invalid(here, value, 'must be greater than or equal to 0');
      }
    }
  }
  for (const [name, request] of Object.entries(resources.requests ?? {})) {
    const limit = resources.limits?.[name];
    const wanted = parseQuantity(request);
    const most = parseQuantity(limit);
    if (wanted !== undefined && most !== undefined && wanted > most) {
      errors.invalid(
        `${field}.resources.requests`,
        request,
        `must be less than or equal to ${name} limit of ${limit}`,
      );
    }
  }
}

function checkProbe(
  probe: Probe | undefined,
  field: string,
  errors: FieldErrors,
) {
  if (!probe) return;
  const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'];
  const used = handlers.filter(name => name in probe);
  if (!used.length) errors.required(field, 'must specify a handler type');
  if (used.length > 1) {
    errors.forbidden(
      `${field}.${used[1]}`,
      'may not specify more than 1 handler type',
    );
  }
  for (const key of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    const value = probe[key];
    if (value !== undefined && value < 0) {
      errors.invalid(
        `${field}.${key}`,
        value,
        'must be greater than or equal to 0',
      );
    }
  }
  if (typeof probe.httpGet?.port === 'number') {
    checkPort(probe.httpGet.port, `${field}.httpGet.port`, errors);
  }
}

function checkContainer(
  container: Container,
  field: string,
  volumes: Set<string>,
  errors: FieldErrors,
) {
  if (!container.name) errors.required(`${field}.name`);
  else {
    const wrong = dnsLabel(container.name);
    if (wrong) errors.invalid(`${field}.name`, container.name, wrong);
  }
  if (!container.image) errors.required(`${field}.image`);
  else if (container.image !== container.image.trim()) {
    errors.invalid(
      `${field}.image`,
      container.image,
      'must not have leading or trailing whitespace',
    );
  }
  oneOf(
    container.imagePullPolicy,
    POLICIES,
    `${field}.imagePullPolicy`,
    errors,
  );
  const portNames = new Set<string>();
  container.ports?.forEach((port, i) => {
    const here = `${field}.ports[${i}]`;
    if (!port.containerPort) errors.required(`${here}.containerPort`);
    else checkPort(port.containerPort, `${here}.containerPort`, errors);
    oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], `${here}.protocol`, errors);
    if (!port.name) return;
    if (port.name.length > 15) {
      errors.invalid(
        `${here}.name`,
        port.name,
        'must be no more than 15 characters',
      );
    }
    if (portNames.has(port.name)) errors.duplicate(`${here}.name`, port.name);
    portNames.add(port.name);
  });
  container.env?.forEach((variable, i) => {
    const here = `${field}.env[${i}]`;
    if (!variable.name) errors.required(`${here}.name`);
    else {
      const wrong = envName(variable.name);
      if (wrong) errors.invalid(`${here}.name`, variable.name, wrong);
    }
    if (variable.value && variable.valueFrom) {
      errors.invalid(
        `${here}.valueFrom`,
        '',
        'may not be specified when `value` is not empty',
      );
    }
  });
  const paths = new Set<string>();
  container.volumeMounts?.forEach((mount, i) => {
    const here = `${field}.volumeMounts[${i}]`;
    if (!mount.name) errors.required(`${here}.name`);
    else if (!volumes.has(mount.name)) {
      errors.notFound(`${here}.name`, mount.name);
    }
    if (!mount.mountPath) errors.required(`${here}.mountPath`);
    else if (paths.has(mount.mountPath)) {
      errors.invalid(`${here}.mountPath`, mount.mountPath, 'must be unique');
    }
    paths.add(mount.mountPath);
  });
  checkResources(container, field, errors);
  checkProbe(container.livenessProbe, `${field}.livenessProbe`, errors);
  checkProbe(container.readinessProbe, `${field}.readinessProbe`, errors);
  checkProbe(container.startupProbe, `${field}.startupProbe`, errors);
}

function checkVolumes(
  volumes: Volume[] | undefined,
  field: string,
  errors: FieldErrors,
): Set<string> {
  const names = new Set<string>();
  volumes?.forEach((volume, i) => {
    const here = `${field}.volumes[${i}]`;
    if (!volume.name) {
      errors.required(`${here}.name`);
      return;
    }
    const wrong = dnsLabel(volume.name);
    if (wrong) errors.invalid(`${here}.name`, volume.name, wrong);
    if (names.has(volume.name)) errors.duplicate(`${here}.name`, volume.name);
    names.add(volume.name);
    const sources = Object.keys(volume).filter(key => key !== 'name');
    if (sources.length > 1) {
      errors.forbidden(
        `${here}.${sources[1]}`,
        'may not specify more than 1 volume type',
      );
    }
  });
  return names;
}

/** @param claims - names of volumes that a StatefulSet's claim templates will add */
export function checkPodSpec(
  spec: PodSpec | undefined,
  field: string,
  errors: FieldErrors,
  claims: string[] = [],
) {
  if (!spec?.containers?.length) {
    errors.required(`${field}.containers`);
    return;
  }
  const volumes = checkVolumes(spec.volumes, field, errors);
  claims.forEach(name => volumes.add(name));
  const names = new Set<string>();
  for (const list of ['initContainers', 'containers'] as const) {
    spec[list]?.forEach((container, i) => {
      const here = `${field}.${list}[${i}]`;
      checkContainer(container, here, volumes, errors);
      if (names.has(container.name)) {
        errors.duplicate(`${here}.name`, container.name);
      }
      names.add(container.name);
    });
  }
  oneOf(
    spec.restartPolicy,
    ['Always', 'OnFailure', 'Never'],
    `${field}.restartPolicy`,
    errors,
  );
  if (spec.serviceAccountName) {
    const wrong = dnsSubdomain(spec.serviceAccountName);
    if (wrong) {
      errors.invalid(
        `${field}.serviceAccountName`,
        spec.serviceAccountName,
        wrong,
      );
    }
  }
}

export function checkTemplate(
  template: PodTemplate | undefined,
  field: string,
  errors: FieldErrors,
  claims: string[] = [],
) {
  checkLabels(template?.metadata?.labels, `${field}.labels`, errors);
  checkPodSpec(template?.spec, `${field}.spec`, errors, claims);
}
