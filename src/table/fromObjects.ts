import { HendersonError } from "../base/errors.ts";
import { columnNames } from "./columnNames.ts";
import { finishTable, requestedText } from "./finishTable.ts";
import { missingValues } from "./missingValues.ts";
import type { MadeColumn } from "./origin.ts";
import { quoteValue } from "./quoteValue.ts";
import type { ReadOptions, ReadResult } from "./readResult.ts";
import type { Column, Table } from "./table.ts";
import { type CellValue, columnFromValues } from "./valueColumn.ts";

/** The values of one column. */
export type ColumnValues = ArrayLike<CellValue> | ArrayLike<bigint> | Iterable<CellValue>;

/** A table of Arrow JS or flechette, by its shape. */
export interface ArrowLikeTable {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChild(name: string): Iterable<unknown> | null | undefined;
}

/** A table of arquero, by its shape; its filter and order are respected. */
export interface ArqueroLikeTable {
  columnNames(): readonly string[];
  array(name: string): ArrayLike<unknown>;
}

/** Anything that `toTable` takes: a Table, row objects, columns by name (an object or a Map), or a table of another library. */
export type TableSource =
  | Table
  | readonly object[]
  | Readonly<Record<string, ColumnValues>>
  | ReadonlyMap<string, ColumnValues>
  | ArrowLikeTable
  | ArqueroLikeTable;

export type ObjectOptions = Pick<ReadOptions, "na" | "text">;

/**
 * A table out of values in memory.
 *
 * Values are copied. Missing are null, undefined, NaN and the texts empty, NA, NaN, `.` and null; a key
 * that a row lacks is missing. Integers beyond 2^53 (bigint) become text, dates their ISO text.
 *
 * @throws HendersonError "table/source", "table/length", "table/cell", "table/empty", "table/duplicate-column"
 */
export function toTable(source: TableSource, options: ObjectOptions = {}): Table {
  return readObjects(source, options).table;
}

/** As `toTable`, with the report of what every column became. */
export function readObjects(source: TableSource, options: ObjectOptions = {}): ReadResult {
  if (typeof source !== "object" || source === null)
    throw sourceError(`a ${source === null ? "null" : typeof source}`);
  if (isTable(source))
    return finishTable(checkedColumns(source), source.rowCount, [], { format: "objects" }, null);
  return readColumns(columnsOf(source), options, "objects");
}

/** A named column of values, before its type is known. */
export interface NamedValues {
  readonly name: string;
  readonly values: ArrayLike<unknown>;
}

/** Typed columns out of named values; shared by every source that carries types. */
export function readColumns(
  sources: readonly NamedValues[],
  options: ObjectOptions,
  format: "objects" | "json" | "ndjson" | "parquet" | "arrow",
): ReadResult {
  const first = sources[0];
  if (first === undefined) throw new HendersonError("table/empty", "the data have 0 rows and no columns");
  const { names, notes } = columnNames(sources.map(({ name }) => name));
  const rowCount = first.values.length;
  sources.forEach(({ values }, j) => {
    if (values.length === rowCount) return;
    throw new HendersonError(
      "table/length",
      `column ${quoteValue(names[j]!)} has ${values.length} values but ${quoteValue(names[0]!)} has ${rowCount}`,
      { hint: "fill the shorter one with null where values are missing" },
    );
  });
  if (rowCount === 0) throw new HendersonError("table/empty", "the data have 0 rows");
  const missing = missingValues(options.na);
  const asText = requestedText(names, options.text);
  const made = sources.map(({ values }, j) =>
    columnFromValues(names[j]!, values, missing, asText.has(names[j]!)),
  );
  return finishTable(made, rowCount, notes, { format }, null);
}

/** Columns of row objects; names in order of first appearance. */
export function columnsOfRows(rows: readonly unknown[]): NamedValues[] {
  if (rows.length === 0) throw new HendersonError("table/empty", "the data have 0 rows");
  const columns = new Map<string, unknown[]>();
  rows.forEach((row, i) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw new HendersonError("table/source", `row ${i + 1} is not an object with named values`, {
        hint: 'rows look like { "y": 1.5, "treat": "A" }',
      });
    }
    for (const [name, value] of Object.entries(row)) {
      let values = columns.get(name);
      if (values === undefined) {
        values = new Array<unknown>(rows.length).fill(null);
        columns.set(name, values);
      }
      values[i] = value;
    }
  });
  return Array.from(columns, ([name, values]) => ({ name, values }));
}

/** Columns of an object of arrays, or of a Map of them. */
export function columnsOfRecord(record: object): NamedValues[] {
  const entries: Iterable<readonly [unknown, unknown]> =
    record instanceof Map ? record : Object.entries(record);
  return Array.from(entries, ([key, values]) => {
    const name = String(key);
    return { name, values: arrayOf(name, values) };
  });
}

/** Columns of a table with the shape of Arrow JS and flechette. */
export function columnsOfArrow(table: ArrowLikeTable): NamedValues[] {
  return table.schema.fields.map(({ name }) => {
    const child = table.getChild(name);
    // toArray() of Arrow JS ignores nulls, so the values are always iterated
    return { name, values: arrayOf(name, child) };
  });
}

function columnsOf(source: Exclude<TableSource, Table>): NamedValues[] {
  if (Array.isArray(source)) return columnsOfRows(source);
  if (isArrowLike(source)) return columnsOfArrow(source);
  if (isArqueroLike(source)) {
    return source.columnNames().map((name) => ({ name, values: source.array(name) }));
  }
  return columnsOfRecord(source);
}

function arrayOf(name: string, values: unknown): ArrayLike<unknown> {
  if (Array.isArray(values)) return values;
  if (ArrayBuffer.isView(values) && !(values instanceof DataView))
    return values as unknown as ArrayLike<unknown>;
  if (typeof values === "object" && values !== null && Symbol.iterator in values) {
    return Array.from(values as Iterable<unknown>);
  }
  throw sourceError(`${quoteValue(name)}, which is no array,`);
}

function sourceError(what: string): HendersonError {
  return new HendersonError("table/source", `${what} cannot be read as a table`, {
    hint: "pass an array of row objects or an object of arrays",
  });
}

function isTable(source: object): source is Table {
  return (
    "columns" in source &&
    source.columns instanceof Map &&
    "rowCount" in source &&
    typeof source.rowCount === "number"
  );
}

function isArrowLike(source: object): source is ArrowLikeTable {
  return "getChild" in source && typeof source.getChild === "function" && "schema" in source;
}

function isArqueroLike(source: object): source is ArqueroLikeTable {
  return (
    "columnNames" in source &&
    typeof source.columnNames === "function" &&
    "array" in source &&
    typeof source.array === "function"
  );
}

function checkedColumns(table: Table): MadeColumn[] {
  return Array.from(table.columns, ([name, column]) => {
    const length = lengthOf(column);
    if (length !== table.rowCount) {
      throw new HendersonError(
        "table/length",
        `column ${quoteValue(name)} has ${length} values but the table has ${table.rowCount} rows`,
      );
    }
    return { column, origin: {} };
  });
}

function lengthOf(column: Column): number {
  return column.kind === "text" ? column.codes.length : column.values.length;
}
