import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How one field of a Kubernetes type is typed, listed and merged. */
export interface FieldSchema {
  /** A scalar (`string`, `integer`, `boolean`, `number`, `bytes`, `time`, `quantity`, `intOrString`), `object` or
   * `any` (free-form), or the name of another type such as `core.v1.Container`. */
  type: string;
  of?: 'list' | 'map';
  /** For lists: the fields that identify an item, in server-side apply. */
  keys?: string[];
  /** For lists of scalars: a set, in server-side apply. */
  set?: boolean;
  /** One value as a whole, in server-side apply. */
  atomic?: boolean;
  /** For lists: merged by this key in a strategic merge patch (an empty key: a set of scalars). */
  merge?: string;
  retainKeys?: boolean;
  required?: boolean;
}

export interface TypeSchema {
  atomic?: boolean;
  fields: Record<string, FieldSchema>;
}

interface SchemaFile {
  /** The Kubernetes release that the data was made from. */
  version: string;
  /** `apps/v1 Deployment` -> `apps.v1.Deployment`. */
  kinds: Record<string, string>;
  types: Record<string, TypeSchema>;
}

/** A protobuf field: JSON name, type, and how it repeats (`inline` puts its fields into its parent's JSON). */
export type MessageField = [
  name: string,
  type: string,
  form: 'one' | 'list' | 'map' | 'inline',
];
export type Messages = Record<string, Record<string, MessageField>>;

const DATA = join(
  dirname(require.resolve('@moorline/sandbox/package.json')),
  'data',
);
const read = <T>(file: string): T =>
  JSON.parse(readFileSync(join(DATA, file), 'utf8'));

let schema: SchemaFile | undefined;
let messages: Messages | undefined;

const load = () => (schema ??= read<SchemaFile>('kubernetes-types.json'));

/** The protobuf messages of the built-in kinds, by type name. */
export function protobufMessages(): Messages {
  messages ??= read<Messages>('kubernetes-messages.json');
  return messages;
}

/** The name of a kind's type, `apps/v1` + `Deployment` -> `apps.v1.Deployment`; undefined for kinds not built in. */
export function typeNameOf(
  groupVersion: string,
  kind: string,
): string | undefined {
  return load().kinds[`${groupVersion} ${kind}`];
}

/** A type by its name; undefined for scalars and free-form values. */
export function typeSchema(name: string | undefined): TypeSchema | undefined {
  return name === undefined ? undefined : load().types[name];
}

/** What every object has, for kinds whose schema is not known. */
export const METADATA_TYPE = 'meta.v1.ObjectMeta';
