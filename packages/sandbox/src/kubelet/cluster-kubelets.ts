import { existsSync, readdirSync, rmSync } from 'fs';
import path from 'path';
import type { ClusterKubeletOptions } from '../kubernetes';
import { ClusterNetwork, HttpGateway } from '../network';
import type { Registries } from '../registry';
import type { Resource } from '../resources';
import { ImageStore } from './images';
import { Kubelet, KubeletOptions } from './kubelet';
import { PublicImages } from './public-images';

/** Options of {@link createKubelets}. */
export interface KubeletsOptions extends Pick<KubeletOptions, 'onError'> {
  /** Keeps images, and what the pods of each cluster write and hold. */
  folder: string;
  /** The clusters that there are; what others left is deleted. */
  clusters: Resource[];
  registries: Registries;
  /** Serves the clusters' routes. */
  gateway: HttpGateway;
}

const nameOf = ({ uid, id }: Resource) => uid ?? encodeURIComponent(id);

/** Makes kubelets that pull from the sandbox's registries, and the public images that it knows. */
export function createKubelets(
  options: KubeletsOptions,
): (cluster: ClusterKubeletOptions) => Kubelet {
  const { folder, clusters, registries, gateway, onError } = options;
  const nodes = path.join(folder, 'nodes');
  const there = new Set(clusters.map(nameOf));
  for (const name of existsSync(nodes) ? readdirSync(nodes) : []) {
    if (!there.has(name)) {
      rmSync(path.join(nodes, name), { recursive: true, force: true });
    }
  }
  const store = new ImageStore(path.join(folder, 'images'));
  const known = new PublicImages(path.join(folder, 'layers'));
  return ({ access, cluster, puller }) =>
    new Kubelet({
      access,
      folder: path.join(nodes, nameOf(cluster)),
      store,
      source: async name => {
        const own = registries.image(name, puller());
        if (own) return own;
        const image = await known.find(name);
        return image && { image };
      },
      network: new ClusterNetwork({ access, gateway, onError }),
      onError,
    });
}
