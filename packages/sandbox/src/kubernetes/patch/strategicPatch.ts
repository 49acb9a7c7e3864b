import { ApiError } from '../api/errors';
import { isObject } from '../objects/json';
import { JsonObject } from '../objects/meta';
import { FieldSchema, typeSchema } from '../schema/schema';

const ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';

const fieldOf = (type: string | undefined, field: string) =>
  typeSchema(type)?.fields[field];

function withoutDirectives(item: JsonObject): JsonObject {
  const clean = { ...item };
  delete clean.$patch;
  delete clean.$retainKeys;
  return clean;
}

/** Sorts items as the client's order says; items that it does not name keep to the end. */
function ordered(items: unknown[], order: unknown, key: string): unknown[] {
  if (!Array.isArray(order)) return items;
  const identity = (item: unknown) =>
    key && isObject(item) ? item[key] : item;
  const wanted = order.map(identity);
  const place = (item: unknown) => {
    const index = wanted.indexOf(identity(item));
    return index < 0 ? wanted.length : index;
  };
  return [...items].sort((a, b) => place(a) - place(b));
}

function mergeList(
  current: unknown,
  patch: unknown[],
  schema: FieldSchema | undefined,
): unknown[] {
  const merge = schema?.merge;
  if (merge === undefined) return patch;
  const live = Array.isArray(current) ? current : [];
  if (merge === '') return [...new Set([...live, ...patch])];
  const items = patch.filter(isObject);
  if (items.some(item => item.$patch === 'replace')) {
    return items
      .filter(item => item.$patch !== 'replace')
      .map(withoutDirectives);
  }
  const result = [...live];
  for (const item of items) {
    if (item[merge] === undefined) {
      throw new ApiError(
        400,
        'BadRequest',
        `map: ${JSON.stringify(
          item,
        )} does not contain declared merge key: ${merge}`,
      );
    }
    const index = result.findIndex(
      other => isObject(other) && other[merge] === item[merge],
    );
    if (item.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index < 0) {
      result.push(applyStrategicPatch({}, item, schema?.type));
    } else {
      result[index] = applyStrategicPatch(result[index], item, schema?.type);
    }
  }
  return result;
}

function patchField(
  result: JsonObject,
  key: string,
  value: unknown,
  schema: FieldSchema | undefined,
) {
  if (value === null) {
    delete result[key];
    return;
  }
  if (Array.isArray(value)) {
    result[key] = mergeList(result[key], value, schema);
    return;
  }
  const inner = schema?.of === 'map' ? undefined : schema?.type;
  const merged = applyStrategicPatch(result[key], value, inner);
  if (merged === undefined) delete result[key];
  else result[key] = merged;
}

/**
 * Applies a strategic merge patch: lists merge by the keys that the type declares, with the directives `$patch`,
 * `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…`.
 * @param type - the schema type of the target; lists of unknown types are replaced
 */
export function applyStrategicPatch(
  target: unknown,
  patch: unknown,
  type: string | undefined,
): unknown {
  if (!isObject(patch)) return patch;
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  if (patch.$patch === 'delete') return undefined;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  if (Array.isArray(patch.$retainKeys)) {
    for (const key of Object.keys(result)) {
      if (!patch.$retainKeys.includes(key)) delete result[key];
    }
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_FROM)) {
      const field = key.slice(DELETE_FROM.length);
      const live = result[field];
      const gone = Array.isArray(value) ? value : [];
      if (Array.isArray(live)) {
        result[field] = live.filter(item => !gone.includes(item));
      }
    } else if (!key.startsWith('$')) {
      patchField(result, key, value, fieldOf(type, key));
    }
  }
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(ORDER)) continue;
    const field = key.slice(ORDER.length);
    const live = result[field];
    const merge = fieldOf(type, field)?.merge;
    if (Array.isArray(live) && merge !== undefined) {
      result[field] = ordered(live, order, merge);
    }
  }
  return result;
}
