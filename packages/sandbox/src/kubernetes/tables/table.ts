import { metadataOnly } from '../api/respond';
import { KubeObject } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { ResourceType } from '../schema/resourceType';
import { builtinColumns, Columns, eventColumns } from './columns';
import { customColumns } from './customColumns';

export interface TableOptions {
  /** How much of each object goes with its row: `None`, `Metadata` or `Object`. */
  include?: string;
  /** Watches describe the columns only once. */
  headers?: boolean;
}

function columnsOf(type: ResourceType): Columns {
  if (type.key === TYPES.events.key) return eventColumns as Columns;
  const rest = type.custom
    ? customColumns(type.custom.columns)
    : builtinColumns(type.key);
  return { Name: object => object.metadata.name, ...rest };
}

function rowObject(object: KubeObject, include: string) {
  if (include === 'None') return undefined;
  return include === 'Object' ? object : metadataOnly(object);
}

/** Objects as the table that `kubectl get` prints. */
export function tableOf(
  type: ResourceType,
  objects: KubeObject[],
  { include = 'Metadata', headers = true }: TableOptions = {},
) {
  const columns = Object.entries(columnsOf(type));
  const rows = objects.map(object => ({
    cells: columns.map(([, read]) => read(object)),
    object: rowObject(object, include),
  }));
  const definitions = columns.map(([title], i) => ({
    name: title.replace('*', ''),
    type: typeof rows[0]?.cells[i] === 'number' ? 'integer' : 'string',
    format: title === 'Name' ? 'name' : '',
    description: '',
    priority: title.endsWith('*') ? 1 : 0,
  }));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: headers ? definitions : null,
    rows,
  };
}
