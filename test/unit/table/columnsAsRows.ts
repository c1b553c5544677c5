import type { Column, Table } from "../../../src/table/table.ts";

export type PlainCell = number | string | boolean | null;

/** The values of a table's columns as plain arrays, missing as null, for comparison in tests. */
export function plain(table: Table): Record<string, PlainCell[]> {
  return Object.fromEntries(Array.from(table.columns, ([name, column]) => [name, plainValues(column)]));
}

function plainValues(column: Column): PlainCell[] {
  if (column.kind === "numeric")
    return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
  if (column.kind === "logical")
    return Array.from(column.values, (value) => (value === 255 ? null : value === 1));
  return Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code]!));
}
