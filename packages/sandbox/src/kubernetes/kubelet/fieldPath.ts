import { Pod } from '../objects/pod';

/** How events name a pod's container: `spec.containers{api}`. */
export function fieldPathOf({ spec }: Pod, container: string): string {
  const init = spec.initContainers?.some(c => c.name === container);
  return `spec.${init ? 'initContainers' : 'containers'}{${container}}`;
}
