#!/usr/bin/env node
// Brings charts/tests/data/custom-kinds.json up to date, the fields of the custom kinds that the charts use, from folders of
// the CustomResourceDefinitions that their projects publish; what no folder has stays as it is: `node charts/scripts/make-custom-kinds.mjs FOLDER...`.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const yaml = createRequire(path.join(root, 'packages/sandbox/package.json'))(
  'yaml',
);

const KINDS = {
  HTTPRoute: 'v1',
  SecretProviderClass: 'v1',
  PodMonitor: 'v1',
  PrometheusRule: 'v1',
  Rollout: 'v1alpha1',
  AppProject: 'v1alpha1',
  ApplicationSet: 'v1alpha1',
  Cluster: 'v1',
  Database: 'v1',
  ScheduledBackup: 'v1',
  ObjectStore: 'v1',
};

const KEPT = [
  'type',
  'required',
  'enum',
  'pattern',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
];

/** Whether a property is worth its room: an ApplicationSet has nine kinds of generators within each other. */
function isKept(key, place) {
  if (place === '') return key === 'spec';
  if (place.endsWith('.generators[]')) return key === 'git';
  return !(place.endsWith('.generators[].git') && key === 'template');
}

/** A schema without its words, and without what is a pod's (the test knows pods by themselves). */
function prune(schema, place = '') {
  if (place.endsWith('.spec.template.spec')) return {};
  const kept = Object.fromEntries(
    KEPT.filter(key => key in schema).map(key => [key, schema[key]]),
  );
  if (schema.items) kept.items = prune(schema.items, `${place}[]`);
  if (typeof schema.additionalProperties === 'object') {
    kept.additionalProperties = prune(schema.additionalProperties, place);
  }
  if (schema.properties) {
    kept.properties = Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([key]) => isKept(key, place))
        .map(([key, value]) => [key, prune(value, `${place}.${key}`)]),
    );
  }
  return kept;
}

const target = path.join(root, 'charts/tests/data/custom-kinds.json');
const result = fs.existsSync(target) ? JSON.parse(fs.readFileSync(target)) : {};
for (const folder of process.argv.slice(2)) {
  for (const file of fs.readdirSync(folder).sort()) {
    const text = fs.readFileSync(path.join(folder, file), 'utf8');
    for (const document of yaml.parseAllDocuments(text)) {
      const { spec } = document.toJS() ?? {};
      const wanted = KINDS[spec?.names?.kind];
      const version = spec?.versions.find(({ name }) => name === wanted);
      if (!version) continue;
      result[`${spec.group}/${wanted} ${spec.names.kind}`] = prune(
        version.schema.openAPIV3Schema,
      );
    }
  }
}
const missing = Object.keys(KINDS).filter(
  kind => !Object.keys(result).some(key => key.endsWith(` ${kind}`)),
);
if (missing.length > 0) {
  console.error(`No definition of ${missing.join(', ')}: name its folder too.`);
  process.exit(1);
}
fs.mkdirSync(path.dirname(target), { recursive: true });
fs.writeFileSync(target, `${JSON.stringify(result)}\n`);
