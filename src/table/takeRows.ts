import { HendersonError } from "../base/errors.ts";
import type { Column, Table, TextColumn } from "./table.ts";

/**
 * The table of some rows, in the given order; a row may be taken more than once.
 *
 * Text columns keep the levels that still occur, in order of first appearance.
 *
 * @param rows from 0 to rowCount - 1
 * @throws HendersonError "table/row"
 */
export function takeRows(table: Table, rows: Int32Array): Table {
  for (const row of rows) {
    if (row < 0 || row >= table.rowCount) {
      throw new HendersonError("table/row", `row ${row} is not among the rows 0 to ${table.rowCount - 1}`);
    }
  }
  const columns = new Map<string, Column>();
  for (const [name, column] of table.columns) columns.set(name, takeFrom(column, rows));
  return { rowCount: rows.length, columns };
}

function takeFrom(column: Column, rows: Int32Array): Column {
  if (column.kind === "text") return takeText(column, rows);
  if (column.kind === "numeric") {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!;
    return { ...column, values };
  }
  const values = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!;
  return { ...column, values };
}

function takeText(column: TextColumn, rows: Int32Array): TextColumn {
  const renumbered = new Int32Array(column.levels.length).fill(-1);
  const levels: string[] = [];
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]!]!;
    if (code >= 0 && renumbered[code]! < 0) renumbered[code] = levels.push(column.levels[code]!) - 1;
    codes[i] = code < 0 ? -1 : renumbered[code]!;
  }
  return { kind: "text", name: column.name, codes, levels };
}
