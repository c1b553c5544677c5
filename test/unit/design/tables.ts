import type { Column, NumericColumn, Table } from "../../../src/table/table.ts";

type Values = readonly (number | null)[] | readonly (string | null)[] | readonly (boolean | null)[];

function columnOf(name: string, values: Values): Column {
  const sample = values.find((value) => value !== null);
  if (typeof sample === "string") {
    const levels = [...new Set(values.filter((value) => value !== null))] as string[];
    return {
      kind: "text",
      name,
      levels,
      codes: Int32Array.from(values, (value) => levels.indexOf(value as string)),
    };
  }
  if (typeof sample === "boolean") {
    return {
      kind: "logical",
      name,
      values: Uint8Array.from(values, (value) => (value === null ? 255 : value ? 1 : 0)),
    };
  }
  return {
    kind: "numeric",
    name,
    values: Float64Array.from(values, (value) => (value === null ? Number.NaN : (value as number))),
  };
}

/** A table from arrays; null is missing. */
export function tableOf(columns: Readonly<Record<string, Values>>): Table {
  const entries = Object.entries(columns);
  return {
    rowCount: entries[0]?.[1].length ?? 0,
    columns: new Map(entries.map(([name, values]) => [name, columnOf(name, values)])),
  };
}

/** The numbers of a numeric column. */
export function numbers(table: Table, name: string): Float64Array {
  return (table.columns.get(name) as NumericColumn).values;
}
