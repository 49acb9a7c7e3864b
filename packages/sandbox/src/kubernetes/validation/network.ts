import { FieldErrors } from '../api/fieldErrors';
import { Service } from '../objects/cluster';
import { KubeObject } from '../objects/meta';
import { dnsLabel, dnsSubdomain } from './names';
import { checkPort } from './pod';

const SERVICE_TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export function checkService({ spec }: Service, errors: FieldErrors) {
  const type = spec?.type ?? 'ClusterIP';
  if (!SERVICE_TYPES.includes(type)) {
    errors.notSupported('spec.type', type, SERVICE_TYPES);
  }
  if (type === 'ExternalName') {
    if (!spec.externalName) errors.required('spec.externalName');
    return;
  }
  const ports = spec?.ports ?? [];
  if (!ports.length && spec?.clusterIP !== 'None') {
    errors.required('spec.ports');
  }
  const names = new Set<string>();
  const numbers = new Set<string>();
  ports.forEach((port, i) => {
    const field = `spec.ports[${i}]`;
    checkPort(port.port, `${field}.port`, errors);
    if (typeof port.targetPort === 'number') {
      checkPort(port.targetPort, `${field}.targetPort`, errors);
    }
    if (port.nodePort && (port.nodePort < 30000 || port.nodePort > 32767)) {
      errors.invalid(
        `${field}.nodePort`,
        port.nodePort,
        'provided port is not in the valid range. The range of valid ports is 30000-32767',
      );
    }
    if (!port.name) {
      if (ports.length > 1) errors.required(`${field}.name`);
    } else {
      const wrong = dnsLabel(port.name);
      if (wrong) errors.invalid(`${field}.name`, port.name, wrong);
      if (names.has(port.name)) errors.duplicate(`${field}.name`, port.name);
      names.add(port.name);
    }
    const key = `${port.protocol}/${port.port}`;
    if (numbers.has(key)) {
      errors.duplicate(field, { port: port.port, protocol: port.protocol });
    }
    numbers.add(key);
  });
}

interface Ingress extends KubeObject {
  spec?: {
    defaultBackend?: object;
    rules?: {
      host?: string;
      http?: { paths?: { path?: string; pathType?: string }[] };
    }[];
  };
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

export function checkIngress({ spec }: Ingress, errors: FieldErrors) {
  if (!spec?.defaultBackend && !spec?.rules?.length) {
    errors.invalid(
      'spec',
      spec ?? {},
      'either `defaultBackend` or `rules` must be specified',
    );
  }
  spec?.rules?.forEach((rule, i) => {
    const host = rule.host?.replace(/^\*\./, '');
    const wrong = host && dnsSubdomain(host);
    if (wrong) errors.invalid(`spec.rules[${i}].host`, rule.host, wrong);
    rule.http?.paths?.forEach((path, j) => {
      const field = `spec.rules[${i}].http.paths[${j}]`;
      if (!path.pathType) {
        errors.required(`${field}.pathType`, 'pathType must be specified');
      } else if (!PATH_TYPES.includes(path.pathType)) {
        errors.notSupported(`${field}.pathType`, path.pathType, PATH_TYPES);
      }
      if (
        path.pathType !== 'ImplementationSpecific' &&
        !path.path?.startsWith('/')
      ) {
        errors.invalid(
          `${field}.path`,
          path.path ?? '',
          'must be an absolute path',
        );
      }
    });
  });
}
