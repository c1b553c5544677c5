import type { Column, NumericColumn, Table } from "../../../src/table/table.ts";

export type Cell = number | string | boolean | null;

function columnOf(name: string, values: readonly Cell[]): Column {
  const sample = values.find((value) => value !== null);
  if (typeof sample === "string") {
    const levels = [...new Set(values.filter((value) => typeof value === "string"))];
    const codes = Int32Array.from({ length: values.length }, (_, i) => levels.indexOf(values[i] as string));
    return { kind: "text", name, levels, codes };
  }
  const coded = values.map((value) => (value === null ? null : Number(value)));
  if (typeof sample === "boolean") {
    return { kind: "logical", name, values: Uint8Array.from(coded, (value) => value ?? 255) };
  }
  return { kind: "numeric", name, values: Float64Array.from(coded, (value) => value ?? Number.NaN) };
}

/** A table from arrays; null is missing. */
export function tableOf(columns: Readonly<Record<string, readonly Cell[]>>): Table {
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
