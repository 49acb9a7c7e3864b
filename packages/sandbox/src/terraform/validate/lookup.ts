import { isObject, isUnknown, Unknown, Value } from '../values/value';

/**
 * What a configuration gives at a path such as `default_node_pool.0.zones`; undefined where it gives nothing. Something
 * below an unknown is unknown.
 */
export function lookup(
  config: Value | undefined,
  path: string,
): Exclude<Value, null> | undefined {
  let value: Value | undefined = config;
  for (const step of path.split('.')) {
    if (isUnknown(value)) {
      return value as Unknown;
    }
    if (Array.isArray(value)) {
      value = value[Number(step)];
    } else if (isObject(value)) {
      value = value[step];
    } else {
      return undefined;
    }
  }
  return value === null || value === undefined ? undefined : value;
}
