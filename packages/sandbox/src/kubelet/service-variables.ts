import type { Service } from '../kubernetes/objects/cluster';
import type { Pod } from '../kubernetes/objects/pod';

const inCapitals = (name: string) => name.toUpperCase().replace(/[-.]/g, '_');

/** The variables by which a pod finds the Services of its namespace, and always the API. */
export function serviceVariables(
  pod: Pod,
  services: Service[],
): Record<string, string> {
  const { namespace } = pod.metadata;
  const links = pod.spec.enableServiceLinks !== false;
  const entries = services
    .filter(({ metadata, spec }) => {
      const isApi =
        metadata.namespace === 'default' && metadata.name === 'kubernetes';
      const own = links && metadata.namespace === namespace;
      return spec.clusterIP && spec.clusterIP !== 'None' && (isApi || own);
    })
    .flatMap(({ metadata, spec }) => {
      const name = inCapitals(metadata.name);
      const [first, ...ports] = spec.ports ?? [];
      return [
        [`${name}_SERVICE_HOST`, spec.clusterIP ?? ''],
        ...(first ? [[`${name}_SERVICE_PORT`, String(first.port)]] : []),
        ...[first, ...ports]
          .filter(port => port?.name)
          .map(port => [
            `${name}_SERVICE_PORT_${inCapitals(port.name ?? '')}`,
            String(port.port),
          ]),
      ];
    });
  return Object.fromEntries(entries) as Record<string, string>;
}
