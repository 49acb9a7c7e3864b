import { azureEnvironment } from './portal.mjs';
import { say, UserError } from './console.mjs';
import { kubeconfig, list } from './resource-manager.mjs';

/** Prints the kubeconfig of an environment's cluster, as Azure Resource Manager hands it out. */
export async function run([name]) {
  const azure = azureEnvironment();
  const clusters = await list(azure);
  const wanted = name ? `aks-${name}` : clusters[0]?.name;
  const cluster = clusters.find(each => each.name === wanted);
  if (!cluster) {
    throw new UserError(
      clusters.length > 0
        ? `There is no environment "${name}". There are: ${clusters
            .map(each => each.name.replace(/^aks-/, ''))
            .join(', ')}.`
        : 'There is no cluster yet: create an environment in the portal first.',
    );
  }
  if (!name) say(`The environment is ${cluster.name.replace(/^aks-/, '')}.`);
  process.stdout.write(await kubeconfig(azure, cluster));
}
