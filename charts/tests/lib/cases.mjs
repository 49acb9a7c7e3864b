// The combinations that every chart is tried in: its values files, strategies of a release, and kinds of database.
import fs from 'node:fs';
import path from 'node:path';
import { applications, sourceOf } from './charts.mjs';

export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const NEXT = `ghcr.io/moorline/next:0.2.0@${DIGEST}`;

export const STRATEGIES = {
  rolling: { type: 'rolling' },
  canary: { type: 'canary', canary: { image: NEXT, weight: 10 } },
  blueGreen: { type: 'blueGreen', blueGreen: { image: NEXT } },
  'canary by Argo Rollouts': { type: 'canary', controller: 'argoRollouts' },
  'blueGreen by Argo Rollouts': {
    type: 'blueGreen',
    controller: 'argoRollouts',
  },
};

export const DATABASES = {
  statefulset: { kind: 'statefulset', host: '' },
  cloudnativepg: { kind: 'cloudnativepg', host: '' },
  flexibleServer: {
    kind: 'flexibleServer',
    host: 'psql-orders.postgres.database.azure.com',
  },
};

/** The kinds of the chart postgres, over any of its values. */
export const KINDS = {
  statefulset: { kind: 'statefulset', flexibleServer: { host: '' } },
  cloudnativepg: {
    kind: 'cloudnativepg',
    databases: ['api', 'web'],
    flexibleServer: { host: '' },
    backup: { container: 'https://storders.blob.core.windows.net/backups' },
    restore: { from: '' },
  },
  flexibleServer: {
    kind: 'flexibleServer',
    databases: ['api'],
    flexibleServer: {
      host: 'psql-orders.postgres.database.azure.com',
      administrator: 'id-orders-postgres',
    },
    backup: { enabled: false },
    restore: { from: '' },
  },
};

/** The values files of a chart. */
export const valuesFiles = chart =>
  [sourceOf(chart), path.join(sourceOf(chart), 'ci')]
    .filter(folder => fs.existsSync(folder))
    .flatMap(folder =>
      fs
        .readdirSync(folder)
        .filter(file => /values-.+\.yaml$|.+-values\.yaml$/.test(file))
        .map(file => path.join(folder, file)),
    );

const keysOf = chart =>
  JSON.parse(fs.readFileSync(path.join(sourceOf(chart), 'values.schema.json')))
    .properties;

const overlays = (key, table) =>
  Object.entries(table).map(([name, value]) => ({
    name,
    values: key ? { [key]: value } : value,
  }));

/** Every combination: `{ chart, name, values }`. */
export const cases = applications.flatMap(chart => {
  const keys = keysOf(chart);
  const strategies = keys.strategy ? overlays('strategy', STRATEGIES) : [{}];
  const databases =
    keys.database?.properties?.kind && keys.database.properties.release
      ? overlays('database', DATABASES)
      : [{}];
  const kinds = keys.kind ? overlays(undefined, KINDS) : databases;
  return valuesFiles(chart).flatMap(file =>
    strategies.flatMap(strategy =>
      kinds.map(database => ({
        chart,
        name: [path.basename(file), strategy.name, database.name]
          .filter(Boolean)
          .join(', '),
        values: [file, strategy.values, database.values].filter(Boolean),
      })),
    ),
  );
});
