import type { Design } from "../design/design.ts";
import type { Table } from "../table/table.ts";
import { takeRows } from "../table/takeRows.ts";

/** The rows of a table that a design was made of, each once also where it has records of several traits. */
export function fittedRows(table: Table, { keptRows, model }: Design): Table {
  return takeRows(table, model.traits === undefined ? keptRows : Int32Array.from(new Set(keptRows)).sort());
}
