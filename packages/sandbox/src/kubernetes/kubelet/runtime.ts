import { createHash } from 'node:crypto';
import { digestOf, imageOf, KnownImage, normalizeImage } from '../images';
import { Container, Pod, SecurityContext } from '../objects/pod';

/**
 * How a container would end. The sandbox runs no processes, so only what is plain from the command counts: `false`, or a
 * shell script whose last word is `exit N`.
 * @returns the exit code; undefined when it would run on, or to its end without an error
 */
export function failureOf(
  container: Container,
  variables: Record<string, string>,
) {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const last = words[words.length - 1] ?? '';
  if (/(^|\/)false$/.test(words[0] ?? '')) return 1;
  const exit = /(?:^|[;&\n]|\s)exit\s+(\d+)\s*;?\s*$/.exec(last);
  if (exit) return Number(exit[1]) || undefined;
  const needs = imageOf(container.image ?? '')?.needs;
  const lacks = needs && !needs.oneOf.some(name => name in variables);
  return lacks && (words[0] ?? needs.program) === needs.program ? 1 : undefined;
}

const merged = (pod: Pod, container: Container): SecurityContext => ({
  ...pod.spec.securityContext,
  ...container.securityContext,
});

/** Why a container may not run as its image's user, in the kubelet's words. */
export function userRefusal(
  pod: Pod,
  container: Container,
  image: Pick<KnownImage, 'user'>,
) {
  const { runAsNonRoot, runAsUser } = merged(pod, container);
  if (!runAsNonRoot) return undefined;
  const { name, namespace, uid } = pod.metadata;
  const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`;
  if (runAsUser === 0) {
    return `container's runAsUser breaks non-root policy ${where}`;
  }
  if (runAsUser !== undefined) return undefined;
  if (typeof image.user === 'string') {
    return `container has runAsNonRoot and image has non-numeric user (${image.user}), cannot verify user is non-root ${where}`;
  }
  return image.user === 0
    ? `container has runAsNonRoot and image will run as root ${where}`
    : undefined;
}

const sha256 = (text: string) =>
  createHash('sha256').update(text).digest('hex');

/** The image's id as containerd reports it. */
export function imageIdOf(name: string, image: KnownImage): string {
  const [path] = normalizeImage(name).split('@');
  return `${path.replace(/:[^/:]+$/, '')}@${digestOf(image)}`;
}

export const containerIdOf = (pod: Pod, container: string, restarts: number) =>
  `containerd://${sha256([pod.metadata.uid, container, restarts].join('/'))}`;
