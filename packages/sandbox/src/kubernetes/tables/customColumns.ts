import { isObject, valueAt } from '../objects/json';
import { KubeObject } from '../objects/meta';
import { PrinterColumn } from '../schema/resourceType';
import { Cell, Columns } from './columns';
import { ageOf } from './words';

const STEP =
  /\.?([\w-]+)|\[(\d+)\]|\['([^']+)'\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/g;

/** The value at a simple JSONPath: fields, indexes and one equality filter, as printer columns use them. */
export function jsonPath(object: unknown, path: string): unknown {
  let value = object;
  for (const [, field, index, quoted, filter, wanted] of path.matchAll(STEP)) {
    if (value === undefined || value === null) return undefined;
    if (field ?? quoted) {
      value = isObject(value) ? value[field ?? quoted] : undefined;
    } else if (!Array.isArray(value)) {
      return undefined;
    } else if (index) {
      value = value[Number(index)];
    } else {
      value = value.find(item => String(valueAt(item, filter)) === wanted);
    }
  }
  return value;
}

function cell(
  { type, jsonPath: path }: PrinterColumn,
  object: KubeObject,
): Cell {
  const value = jsonPath(object, path);
  if (value === undefined || value === null) return '';
  if (type === 'date') return ageOf(String(value));
  if (typeof value === 'object') return JSON.stringify(value);
  return value as Cell;
}

/** A custom resource's printed columns; its age where the definition declares none. */
export function customColumns(declared: PrinterColumn[]): Columns {
  const columns: Columns = {};
  for (const column of declared) {
    columns[`${column.name}${column.priority ? '*' : ''}`] = object =>
      cell(column, object);
  }
  if (!declared.length) {
    columns.Age = object => ageOf(object.metadata.creationTimestamp);
  }
  return columns;
}
