// node --require @backstage/cli/config/nodeTransform.cjs model-process.cjs
// What packages/environment-model says of each tier and size, as JSON.
const model = require('../../../packages/environment-model/src');

const name = 'big-orders-dev';
const presets = model.TIERS.flatMap(tier =>
  Object.entries(model.SIZES).map(([size, { vmSize }]) => ({
    tier,
    size,
    vmSize,
    zones: model.TIER_PRESETS[tier].zones,
    nodes: model.nodeRange({ tier, size }),
  })),
);
process.stdout.write(
  JSON.stringify({
    presets,
    example: {
      name,
      resourceGroup: model.resourceGroupName(name),
      cluster: model.clusterName(name),
      registry: model.registryName(name),
      namespace: model.namespaceName(name),
      folder: model.environmentFolder(name),
    },
    databases: Object.keys(model.DATABASE_KINDS),
    maxServices: model.MAX_SERVICES,
    maxReplicas: model.MAX_REPLICAS,
  }),
);
