/** In which order a table is gone through. */
export interface Keyset {
  table: string;
  /** What the table is called in the statement. */
  alias: string;
  /** By which columns; together they tell any two rows apart. */
  columns: readonly string[];
  direction: 'ASC' | 'DESC';
}

/**
 * The SQL for part of a list: what comes behind a row, wherever that is by now, so that what is added meanwhile neither
 * repeats nor hides any other.
 *
 * @param last The place of the value that is the id of the last row of the part before, as `$3`; undefined at the start.
 */
export function keyset(
  { table, alias, columns, direction }: Keyset,
  last: string | undefined,
): { behind: string; orderBy: string } {
  const here = columns.map(column => `${alias}.${column}`);
  const there = columns.map(
    column => `(SELECT ${column} FROM ${table} WHERE id = ${last}::uuid)`,
  );
  const sign = direction === 'ASC' ? '>' : '<';
  return {
    behind: last
      ? `(${here.join(', ')}) ${sign} (${there.join(', ')})`
      : 'true',
    orderBy: here.map(column => `${column} ${direction}`).join(', '),
  };
}
