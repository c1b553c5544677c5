import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Column, Table } from "../table/table.ts";
import { takeRows } from "../table/takeRows.ts";

/**
 * A table with more or fewer levels of one column: new levels take the rows of those that are there, one after the other, and are
 * named after them (`308`, then `308.2`); fewer levels are the first ones (simr's extend along a factor).
 *
 * @param along column of groups: text, or numbers that stand for groups
 * @param count levels that there will be
 * @throws HendersonError simulation/column, simulation/count
 */
export function extendAlong(table: Table, along: string, count: number): Table {
  requireWhole(count, `levels of ${along}`);
  const groups = groupsOf(table, [along]);
  const rows: number[] = [];
  const copies: number[] = [];
  for (let g = 0; g < count; g++) {
    const source = groups[g % groups.length]!;
    for (const row of source) {
      rows.push(row);
      copies.push(Math.floor(g / groups.length));
    }
  }
  const taken = takeRows(table, Int32Array.from(rows));
  const columns = new Map(taken.columns);
  columns.set(along, renamed(table.columns.get(along)!, rows, copies));
  return { rowCount: rows.length, columns };
}

/**
 * A table with more or fewer rows within each combination of some columns: rows are taken again in their order, or the last left
 * out (simr's extend within).
 *
 * @param within columns whose combinations are the groups
 * @param count rows that each will have
 * @throws HendersonError simulation/column, simulation/count
 */
export function extendWithin(table: Table, within: readonly string[], count: number): Table {
  requireWhole(count, `rows within ${within.join(" and ")}`);
  const rows = groupsOf(table, within).flatMap((group) =>
    Array.from({ length: count }, (_, i) => group[i % group.length]!),
  );
  return takeRows(table, Int32Array.from(rows));
}

/** Rows of each combination, in order of first appearance; rows with a missing group are left out. */
function groupsOf(table: Table, names: readonly string[]): number[][] {
  const columns = names.map((name) => {
    const column = table.columns.get(name);
    if (column === undefined) {
      const closest = nearest(name, [...table.columns.keys()]);
      throw new HendersonError("simulation/column", `the data have no column '${name}'`, {
        hint: closest === null ? "name a column of groups" : `the closest is '${closest}'`,
      });
    }
    return column;
  });
  const groups = new Map<string, number[]>();
  for (let row = 0; row < table.rowCount; row++) {
    const values = columns.map((column) => valueAt(column, row));
    if (values.includes(null)) continue;
    const key = JSON.stringify(values);
    const found = groups.get(key);
    if (found) found.push(row);
    else groups.set(key, [row]);
  }
  if (groups.size === 0) {
    throw new HendersonError("simulation/column", `no row has a value of ${names.join(" and ")}`, {
      hint: "name a column of groups",
    });
  }
  return [...groups.values()];
}

function valueAt(column: Column, row: number): string | number | null {
  if (column.kind === "text") return column.codes[row]! < 0 ? null : column.levels[column.codes[row]!]!;
  const value = column.values[row]!;
  if (column.kind === "logical") return value === 255 ? null : value;
  return Number.isNaN(value) ? null : value;
}

/** The column of levels, with copies renamed; numbers become text where they have copies. */
function renamed(column: Column, rows: readonly number[], copies: readonly number[]): Column {
  if (column.kind === "numeric" && copies.every((copy) => copy === 0)) {
    return { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) };
  }
  const levels: string[] = [];
  const known = new Map<string, number>();
  const codes = Int32Array.from(rows, (row, i) => {
    const copy = copies[i]!;
    const level = `${valueAt(column, row)}${copy === 0 ? "" : `.${copy + 1}`}`;
    const code = known.get(level) ?? levels.push(level) - 1;
    known.set(level, code);
    return code;
  });
  return { kind: "text", name: column.name, codes, levels };
}

function requireWhole(count: number, what: string): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new HendersonError(
    "simulation/count",
    `${Number.isFinite(count) ? count : "what was given"} is no number of ${what}`,
    { hint: "give a whole number from 1 on" },
  );
}
