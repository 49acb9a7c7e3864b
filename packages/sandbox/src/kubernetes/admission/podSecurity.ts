import { Container, PodSpec, SecurityContext, Volume } from '../objects/pod';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** One control of the Pod Security Standards that a pod violates: its name, and what is wrong where. */
interface Violation {
  reason: string;
  detail: string;
}

interface Named {
  name: string;
  context: SecurityContext;
  container: Container;
}

const quoted = (names: string[]) =>
  names.map(name => JSON.stringify(name)).join(', ');
const plural = (count: number, one: string, many = `${one}s`) =>
  count === 1 ? one : many;

function containersOf(spec: PodSpec): Named[] {
  return [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ].map(container => ({
    name: container.name,
    context: container.securityContext ?? {},
    container,
  }));
}

const theContainers = (list: Named[]) =>
  `${plural(list.length, 'container')} ${quoted(list.map(c => c.name))}`;

const BASELINE_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

function hostAccess(spec: PodSpec, containers: Named[]): Violation[] {
  const found: Violation[] = [];
  const namespaces = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(
    key => spec[key],
  );
  if (namespaces.length) {
    found.push({
      reason: 'host namespaces',
      detail: namespaces.map(key => `${key}=true`).join(', '),
    });
  }
  const paths = (spec.volumes ?? []).filter(volume => volume.hostPath);
  if (paths.length) {
    found.push({
      reason: 'hostPath volumes',
      detail: `${plural(paths.length, 'volume')} ${quoted(
        paths.map(v => v.name),
      )}`,
    });
  }
  const hosted = containers.filter(({ container }) =>
    container.ports?.some(port => port.hostPort),
  );
  if (hosted.length) {
    const ports = hosted.flatMap(({ container }) =>
      (container.ports ?? []).flatMap(port => port.hostPort ?? []),
    );
    found.push({
      reason: 'hostPort',
      detail: `${theContainers(hosted)} ${plural(
        hosted.length,
        'uses',
        'use',
      )} ${plural(ports.length, 'hostPort')} ${ports.join(', ')}`,
    });
  }
  return found;
}

function baseline(spec: PodSpec, containers: Named[]): Violation[] {
  const found = hostAccess(spec, containers);
  const privileged = containers.filter(({ context }) => context.privileged);
  if (privileged.length) {
    found.push({
      reason: 'privileged',
      detail: `${theContainers(
        privileged,
      )} must not set securityContext.privileged=true`,
    });
  }
  const adding = containers.filter(({ context }) =>
    context.capabilities?.add?.some(name => !BASELINE_CAPABILITIES.has(name)),
  );
  if (adding.length) {
    const names = adding.flatMap(({ context }) =>
      (context.capabilities?.add ?? []).filter(
        name => !BASELINE_CAPABILITIES.has(name),
      ),
    );
    found.push({
      reason: 'non-default capabilities',
      detail: `${theContainers(adding)} must not include ${quoted(
        names,
      )} in securityContext.capabilities.add`,
    });
  }
  const unconfined = containers.filter(
    ({ context }) => context.seccompProfile?.type === 'Unconfined',
  );
  if (
    unconfined.length ||
    spec.securityContext?.seccompProfile?.type === 'Unconfined'
  ) {
    found.push({
      reason: 'seccompProfile',
      detail: `pod or containers ${quoted(
        unconfined.map(c => c.name),
      )} must not set securityContext.seccompProfile.type to "Unconfined"`,
    });
  }
  return found;
}

const ALLOWED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const volumeType = (volume: Volume) =>
  Object.keys(volume).find(key => key !== 'name') ?? 'emptyDir';

function restrictedVolumes(spec: PodSpec): Violation[] {
  const bad = (spec.volumes ?? []).filter(
    volume => !ALLOWED_VOLUMES.has(volumeType(volume)),
  );
  if (!bad.length) return [];
  const types = [...new Set(bad.map(volumeType))];
  return [
    {
      reason: 'restricted volume types',
      detail: `${plural(bad.length, 'volume')} ${quoted(
        bad.map(v => v.name),
      )} ${plural(bad.length, 'uses', 'use')} restricted volume ${plural(
        types.length,
        'type',
      )} ${quoted(types)}`,
    },
  ];
}

function nonRoot(spec: PodSpec, containers: Named[]): Violation[] {
  const pod = spec.securityContext ?? {};
  const found: Violation[] = [];
  const bad = containers.filter(
    ({ context }) => (context.runAsNonRoot ?? pod.runAsNonRoot) !== true,
  );
  const explicit = bad.filter(({ context }) => context.runAsNonRoot === false);
  if (bad.length) {
    const which = explicit.length
      ? theContainers(explicit)
      : `pod or ${theContainers(bad)}`;
    found.push({
      reason: 'runAsNonRoot != true',
      detail: explicit.length
        ? `${which} must not set securityContext.runAsNonRoot=false`
        : `${which} must set securityContext.runAsNonRoot=true`,
    });
  }
  const roots = containers.filter(({ context }) => context.runAsUser === 0);
  const rooted = [
    ...(pod.runAsUser === 0 ? ['pod'] : []),
    ...(roots.length ? [theContainers(roots)] : []),
  ];
  if (rooted.length) {
    found.push({
      reason: 'runAsUser=0',
      detail: `${rooted.join(' and ')} must not set runAsUser=0`,
    });
  }
  return found;
}

function seccomp(spec: PodSpec, containers: Named[]): Violation[] {
  const allowed = ['RuntimeDefault', 'Localhost'];
  const pod = spec.securityContext?.seccompProfile?.type;
  const bad = containers.filter(
    ({ context }) =>
      !allowed.includes(context.seccompProfile?.type ?? pod ?? ''),
  );
  if (!bad.length) return [];
  return [
    {
      reason: 'seccompProfile',
      detail: `pod or ${theContainers(
        bad,
      )} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
    },
  ];
}

function restricted(spec: PodSpec, containers: Named[]): Violation[] {
  const found: Violation[] = [];
  const escalating = containers.filter(
    ({ context }) => context.allowPrivilegeEscalation !== false,
  );
  if (escalating.length) {
    found.push({
      reason: 'allowPrivilegeEscalation != false',
      detail: `${theContainers(
        escalating,
      )} must set securityContext.allowPrivilegeEscalation=false`,
    });
  }
  const keeping = containers.filter(
    ({ context }) => !context.capabilities?.drop?.includes('ALL'),
  );
  const adding = containers.filter(({ context }) =>
    context.capabilities?.add?.some(name => name !== 'NET_BIND_SERVICE'),
  );
  if (keeping.length || adding.length) {
    const parts = [];
    if (keeping.length) {
      parts.push(
        `${theContainers(
          keeping,
        )} must set securityContext.capabilities.drop=["ALL"]`,
      );
    }
    if (adding.length) {
      const names = adding.flatMap(({ context }) =>
        (context.capabilities?.add ?? []).filter(n => n !== 'NET_BIND_SERVICE'),
      );
      parts.push(
        `${theContainers(adding)} must not include ${quoted(
          names,
        )} in securityContext.capabilities.add`,
      );
    }
    found.push({
      reason: 'unrestricted capabilities',
      detail: parts.join('; '),
    });
  }
  found.push(...restrictedVolumes(spec));
  found.push(...nonRoot(spec, containers));
  found.push(...seccomp(spec, containers));
  return found;
}

/**
 * Checks a pod against a level of the Pod Security Standards (as of Kubernetes 1.34).
 * @returns what it violates, worded as Pod Security admission words it; undefined when it violates nothing
 */
export function violations(level: Level, spec: PodSpec): string | undefined {
  if (level === 'privileged') return undefined;
  const containers = containersOf(spec);
  const found = baseline(spec, containers);
  if (level === 'restricted') {
    // What the stricter control also says is said once.
    const strict = restricted(spec, containers);
    const stricter = new Set(strict.map(violation => violation.reason));
    const rest = found.filter(
      ({ reason }) =>
        !stricter.has(reason) &&
        !(
          reason === 'non-default capabilities' &&
          stricter.has('unrestricted capabilities')
        ),
    );
    found.splice(0, found.length, ...rest, ...strict);
  }
  if (!found.length) return undefined;
  return found.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
}
