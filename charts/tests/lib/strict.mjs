// What a strict API server would say of an object: fields that it does not know, values it does not allow, and pods that
// the restricted level keeps out. Its own kinds by the sandbox's rules, custom ones by their published definitions.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../../infra/tests/lib/tools.mjs';

const require = createRequire(path.join(root, 'package.json'));
require('@backstage/cli/config/nodeTransform.cjs');
const sandbox = path.join(root, 'packages/sandbox/src/kubernetes');
const { Registry } = require(path.join(sandbox, 'schema/registry'));
const { checkBody } = require(path.join(sandbox, 'schema/decode'));
const { validate } = require(path.join(sandbox, 'validation/validate'));
const { violations } = require(path.join(sandbox, 'admission/podSecurity'));

const registry = new Registry();
const custom = JSON.parse(
  fs.readFileSync(path.join(root, 'charts/tests/data/custom-kinds.json')),
);

/** The schema of a custom kind. Azure's managed Prometheus has the operator's kinds in a group of its own. */
const customSchema = ({ apiVersion, kind }) =>
  custom[`${apiVersion.replace(/^az(?=monitoring\.)/, '')} ${kind}`];

const TYPES = {
  string: value => typeof value === 'string',
  integer: Number.isInteger,
  number: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  array: Array.isArray,
  object: value => typeof value === 'object' && !Array.isArray(value),
};

/** What is wrong with a value of a custom kind. */
function faults(value, schema, place) {
  if (schema['x-kubernetes-int-or-string']) {
    return ['string', 'number'].includes(typeof value)
      ? []
      : [`${place}: neither number nor text`];
  }
  if (schema.type && !TYPES[schema.type](value)) {
    return [`${place}: not of type ${schema.type}`];
  }
  if (schema.enum && !schema.enum.includes(value)) {
    return [`${place}: not one of ${schema.enum}`];
  }
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) {
    return [`${place}: not of the form ${schema.pattern}`];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      faults(item, schema.items ?? {}, `${place}[${index}]`),
    );
  }
  if (typeof value !== 'object' || value === null || !schema.type) return [];
  const { properties = {}, additionalProperties, required = [] } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'];
  return [
    ...required
      .filter(key => !(key in value))
      .map(key => `${place}.${key}: missing`),
    ...Object.entries(value).flatMap(([key, item]) => {
      const inner = properties[key] ?? additionalProperties;
      if (inner) return faults(item, inner, `${place}.${key}`);
      return open ? [] : [`${place}.${key}: unknown field`];
    }),
  ];
}

/** What a strict API server would refuse in an object; throws for a kind that is not known. */
export function refusals(object) {
  const type = registry.ofKind(object.apiVersion, object.kind);
  if (type) {
    try {
      checkBody(type, structuredClone(object), 'Strict');
      validate(type, structuredClone(object));
      return [];
    } catch (error) {
      return [error.message];
    }
  }
  const schema = customSchema(object);
  if (!schema) throw new Error(`${object.apiVersion} has no ${object.kind}`);
  return faults(object.spec, schema.properties.spec, 'spec');
}

/** What keeps a pod out of a namespace of the restricted level; undefined when nothing does. */
export const restricted = spec => violations('restricted', spec);
