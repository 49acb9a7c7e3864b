import type { EnvironmentSpec } from './environmentSpec';
import {
  clusterName,
  environmentFolder,
  namespaceName,
  pipelineName,
  registryName,
  resourceGroupName,
} from './names';
import { SIZES, nodeRange } from './presets';

/** What follows from a specification: what templates put into files beside the specification itself. */
export interface DerivedValues {
  /** In the environments repository. */
  folder: string;
  pipeline: string;
  resourceGroup: string;
  cluster: string;
  registry: string;
  namespace: string;
  vmSize: string;
  minNodes: number;
  maxNodes: number;
}

/** Works out the names and numbers that follow from a specification. */
export function derivedFrom(
  spec: Pick<EnvironmentSpec, 'name' | 'tier' | 'size'>,
): DerivedValues {
  const { name, size } = spec;
  const nodes = nodeRange(spec);
  return {
    folder: environmentFolder(name),
    pipeline: pipelineName(name),
    resourceGroup: resourceGroupName(name),
    cluster: clusterName(name),
    registry: registryName(name),
    namespace: namespaceName(name),
    vmSize: SIZES[size].vmSize,
    minNodes: nodes.min,
    maxNodes: nodes.max,
  };
}
