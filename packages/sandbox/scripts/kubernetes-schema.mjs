#!/usr/bin/env node
// Makes data/kubernetes-types.json and data/kubernetes-messages.json, which tell the sandbox's Kubernetes API what
// fields a kind has, how lists merge, and how protobuf bodies are numbered.
//
//   node scripts/kubernetes-schema.mjs RELEASE OPENAPI PROTO_FOLDER...
//
// RELEASE is a tag such as v1.34.1, OPENAPI is api/openapi-spec/swagger.json of github.com/kubernetes/kubernetes at a release tag; each PROTO_FOLDER
// is the root of k8s.io/api and k8s.io/apimachinery at the same release (both Apache-2.0). Run it once a release.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [release, openapi, ...protoFolders] = process.argv.slice(2);
if (!release || !openapi || !protoFolders.length) {
  console.error('usage: kubernetes-schema.mjs RELEASE OPENAPI PROTO_FOLDER...');
  process.exit(2);
}
const swagger = JSON.parse(readFileSync(openapi, 'utf8'));
const data = join(dirname(fileURLToPath(import.meta.url)), '../data');

const GROUP_VERSIONS = [
  ['', 'v1'],
  ['apps', 'v1'],
  ['batch', 'v1'],
  ['autoscaling', 'v1'],
  ['autoscaling', 'v2'],
  ['networking.k8s.io', 'v1'],
  ['policy', 'v1'],
  ['rbac.authorization.k8s.io', 'v1'],
  ['storage.k8s.io', 'v1'],
  ['coordination.k8s.io', 'v1'],
  ['discovery.k8s.io', 'v1'],
  ['events.k8s.io', 'v1'],
  ['scheduling.k8s.io', 'v1'],
  ['node.k8s.io', 'v1'],
  ['admissionregistration.k8s.io', 'v1'],
  ['apiextensions.k8s.io', 'v1'],
  ['authorization.k8s.io', 'v1'],
  ['authentication.k8s.io', 'v1'],
  ['meta.k8s.io', 'v1'],
];

/** io.k8s.api.core.v1.Pod -> core.v1.Pod */
const short = name =>
  name
    .replace(/^(io\.k8s|k8s\.io)\./, '')
    .replace(/^(api|apimachinery|apiextensions[-_]apiserver)\./, '')
    .replace(/^pkg\.(apis\.)?/, '');

const SCALARS = {
  'api.resource.Quantity': 'quantity',
  'util.intstr.IntOrString': 'intOrString',
  'meta.v1.Time': 'time',
  'meta.v1.MicroTime': 'time',
  'meta.v1.FieldsV1': 'object',
  'meta.v1.Patch': 'object',
  'runtime.RawExtension': 'object',
  'apiextensions.v1.JSON': 'any',
  'apiextensions.v1.JSONSchemaPropsOrArray': 'any',
  'apiextensions.v1.JSONSchemaPropsOrBool': 'any',
  'apiextensions.v1.JSONSchemaPropsOrStringArray': 'any',
};

function typeOf(schema) {
  if (schema.$ref) {
    const name = short(schema.$ref.slice('#/definitions/'.length));
    return SCALARS[name] ?? name;
  }
  if (schema.type === 'string') {
    if (schema.format === 'byte') return 'bytes';
    return schema.format === 'date-time' ? 'time' : 'string';
  }
  if (schema.type === 'object' && schema.additionalProperties) return undefined;
  return schema.type ?? 'any';
}

function fieldOf(schema, required) {
  const field = {};
  if (schema.type === 'array') {
    field.of = 'list';
    field.type = typeOf(schema.items) ?? 'object';
    const listType = schema['x-kubernetes-list-type'];
    if (listType === 'map') field.keys = schema['x-kubernetes-list-map-keys'];
    if (listType === 'set') field.set = true;
  } else if (schema.type === 'object' && schema.additionalProperties) {
    field.of = 'map';
    const inner = schema.additionalProperties;
    field.type = inner.type === 'array' ? 'any' : typeOf(inner) ?? 'object';
  } else {
    field.type = typeOf(schema);
  }
  if (schema['x-kubernetes-map-type'] === 'atomic') field.atomic = true;
  const strategy = schema['x-kubernetes-patch-strategy'] ?? '';
  if (strategy.includes('merge'))
    field.merge = schema['x-kubernetes-patch-merge-key'] ?? '';
  if (strategy.includes('retainKeys')) field.retainKeys = true;
  if (required) field.required = true;
  return field;
}

const kinds = {};
const types = {};
const queue = [];
for (const [name, definition] of Object.entries(swagger.definitions)) {
  for (const gvk of definition['x-kubernetes-group-version-kind'] ?? []) {
    if (!GROUP_VERSIONS.some(([g, v]) => g === gvk.group && v === gvk.version))
      continue;
    if (
      gvk.kind.endsWith('List') ||
      (short(name).startsWith('meta.') &&
        gvk.group !== 'meta.k8s.io' &&
        gvk.group !== '')
    )
      continue;
    kinds[`${gvk.group ? `${gvk.group}/` : ''}${gvk.version} ${gvk.kind}`] =
      short(name);
    queue.push(name);
  }
}
const seen = new Set();
while (queue.length) {
  const name = queue.pop();
  if (seen.has(name)) continue;
  seen.add(name);
  const definition = swagger.definitions[name];
  if (SCALARS[short(name)] || !definition.properties) continue;
  const fields = {};
  for (const [key, schema] of Object.entries(definition.properties)) {
    fields[key] = fieldOf(schema, definition.required?.includes(key));
    for (const match of JSON.stringify(schema).matchAll(
      /#\/definitions\/([^"]+)/g,
    ))
      queue.push(match[1]);
  }
  types[short(name)] = {
    ...(definition['x-kubernetes-map-type'] === 'atomic'
      ? { atomic: true }
      : {}),
    fields,
  };
}

// ---- protobuf field numbers
const messages = {};

/** All `generated.proto` files of a folder. */
function protoFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return protoFiles(path);
    return entry.name === 'generated.proto' ? [path] : [];
  });
}

const FIELD =
  /(optional|repeated|map<\w+, ([\w.]+)>)\s*([\w.]+)?\s+(\w+) = (\d+);/g;

function formOf(label, inline) {
  if (label.startsWith('map')) return 'map';
  if (label === 'repeated') return 'list';
  return inline ? 'inline' : 'one';
}

for (const file of protoFolders.flatMap(protoFiles)) {
  const text = readFileSync(file, 'utf8').replace(/\/\/.*$/gm, '');
  const pack = short(/^package ([^;]+);/m.exec(text)[1]);
  const local = [...text.matchAll(/^message (\w+) \{/gm)].map(m => m[1]);
  const fullName = raw => {
    if (raw.startsWith('.')) return short(raw.slice(1));
    return local.includes(raw) ? `${pack}.${raw}` : raw;
  };
  for (const [, name, body] of text.matchAll(/^message (\w+) \{([^}]*)\}/gm)) {
    const known = types[`${pack}.${name}`]?.fields;
    const fields = {};
    for (const [, label, value, raw, field, id] of body.matchAll(FIELD)) {
      const type = fullName(value ?? raw);
      // Go's embedded structs are messages in protobuf, but their fields are the parent's in JSON.
      const inline = known && !known[field] && type.includes('.');
      fields[id] = [field, type, formOf(label, inline)];
    }
    messages[`${pack}.${name}`] = fields;
  }
}
const wanted = new Set();
const need = name => {
  if (wanted.has(name) || !messages[name]) return;
  wanted.add(name);
  for (const [, type] of Object.values(messages[name])) need(type);
};
for (const name of Object.values(kinds)) need(name);
need('meta.v1.DeleteOptions');

const write = (file, value) => {
  writeFileSync(join(data, file), `${JSON.stringify(value)}\n`);
  console.log(file, JSON.stringify(value).length);
};
write('kubernetes-types.json', { version: release, kinds, types });
write(
  'kubernetes-messages.json',
  Object.fromEntries([...wanted].sort().map(n => [n, messages[n]])),
);
