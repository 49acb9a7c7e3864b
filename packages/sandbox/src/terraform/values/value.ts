/**
 * A value that Terraform does not know before apply. A refined unknown ("not null", "begins with …") carries what is known
 * of it, and is passed on unchanged.
 */
export class Unknown {
  /**
   * @param extension - MessagePack's extension type: 0 unknown, 12 refined unknown.
   * @param data - the extension's bytes.
   */
  constructor(readonly extension: number, readonly data: Uint8Array) {}
}

/** A value of which nothing at all is known. */
export const UNKNOWN = new Unknown(0, Uint8Array.of(0));

/** A value of Terraform's type system, as the plugin protocol carries it. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Unknown
  | Value[]
  | ValueObject;

/** A resource, a block, an object or a map. */
export type ValueObject = { [name: string]: Value };

/** Whether the value itself is unknown. */
export function isUnknown(value: Value | undefined): value is Unknown {
  return value instanceof Unknown;
}

/** Whether this is a block, object or map. */
export function isObject(value: Value | undefined): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !isUnknown(value)
  );
}

/** The path of the first unknown within the value, undefined where all is known. */
export function findUnknown(
  value: Value | undefined,
  path = '',
): string | undefined {
  if (isUnknown(value)) {
    return path;
  }
  if (Array.isArray(value) || isObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      const found = findUnknown(child, path ? `${path}.${key}` : key);
      if (found !== undefined) {
        return found;
      }
    }
  }
  return undefined;
}

/** The blocks of one kind within a block: none where there are none or they are not known yet. */
export function blocksOf(value: ValueObject, name: string): ValueObject[] {
  const blocks = value[name];
  return Array.isArray(blocks) ? blocks.filter(isObject) : [];
}

/** The text at this name, undefined where it is left out or not known yet. */
export function textOf(
  value: ValueObject | undefined,
  name: string,
): string | undefined {
  const text = value?.[name];
  return typeof text === 'string' ? text : undefined;
}
