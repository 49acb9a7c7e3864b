import {
  LOCAL_DOMAIN,
  ServiceSpec,
  defaultHost,
  serviceSpecSchema,
} from '@moorline/environment-model';
import { withoutField } from './types';

/** The image a new service begins with. */
export const DEFAULT_IMAGE = 'ghcr.io/moorline/trpc-api:0.1.0';

/** A new row: the first name that is free, and its host. */
export function newService(
  services: ServiceSpec[],
  environment: string,
): ServiceSpec {
  const names = services.map(({ name }) => name);
  let name = 'api';
  for (let number = 2; names.includes(name); number += 1) {
    name = `api-${number}`;
  }
  return {
    name,
    image: DEFAULT_IMAGE,
    replicas: 2,
    host: defaultHost(name, environment),
  };
}

/**
 * The rows as the form holds them, made whole: the form begins with one empty row,
 * and a field that was cleared is left out of it. The same list when nothing is missing.
 */
export function completed(
  rows: Partial<ServiceSpec>[],
  environment: string,
): ServiceSpec[] {
  if (rows.length > 0 && rows.every(isWhole)) return rows as ServiceSpec[];
  const whole: ServiceSpec[] = [];
  for (const row of rows.length ? rows : [{}]) {
    const isNew = Object.values(row).every(value => value === undefined);
    whole.push(
      isNew
        ? newService(whole, environment)
        : {
            name: row.name ?? '',
            image: row.image ?? '',
            replicas: row.replicas ?? 1,
            host: row.host ?? '',
          },
    );
  }
  return whole;
}

function isWhole(row: Partial<ServiceSpec>): row is ServiceSpec {
  return (
    row.name !== undefined &&
    row.image !== undefined &&
    row.replicas !== undefined &&
    row.host !== undefined
  );
}

/** The service under another name; its host follows unless it was chosen by hand. */
export function renamed(
  service: ServiceSpec,
  name: string,
  environment: string,
): ServiceSpec {
  const followed = service.host === defaultHost(service.name, environment);
  return {
    ...service,
    name,
    host: followed ? defaultHost(name, environment) : service.host,
  };
}

/** The services with their given hosts moved to the environment's name. The same list when nothing had to move. */
export function rehosted(
  services: ServiceSpec[],
  environment: string,
): ServiceSpec[] {
  const moved = services.map(service => {
    const given =
      service.host.startsWith(`${service.name}.`) &&
      service.host.endsWith(`.${LOCAL_DOMAIN}`) &&
      service.host.split('.').length ===
        defaultHost('a', 'b').split('.').length;
    const host = defaultHost(service.name, environment);
    return given && service.host !== host ? { ...service, host } : service;
  });
  return moved.some((service, index) => service !== services[index])
    ? moved
    : services;
}

/** What is wrong in each row, by field; a row without problems is empty. */
export function servicesProblems(
  services: ServiceSpec[],
): Partial<Record<keyof ServiceSpec, string>>[] {
  return services.map((service, index) => {
    const problems: Partial<Record<keyof ServiceSpec, string>> = {};
    const parsed = serviceSpecSchema.safeParse(service);
    for (const issue of parsed.error?.issues ?? []) {
      const key = issue.path[0] as keyof ServiceSpec;
      problems[key] ??= `${label(key)}: ${lowered(
        withoutField(issue.message),
      )}`;
    }
    for (const key of ['name', 'host'] as const) {
      const first = services.findIndex(other => other[key] === service[key]);
      if (first < index) {
        problems[key] ??= `${label(key)}: ${
          service[key]
        } is already used by service ${first + 1}`;
      }
    }
    return problems;
  });
}

function label(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
