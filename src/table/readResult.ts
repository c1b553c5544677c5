import type { Note } from "../base/notes.ts";
import type { Column, Table } from "./table.ts";

export type TableFormat = "delimited" | "json" | "ndjson" | "parquet" | "arrow";

/** How a table is read; every field is optional, what is absent is found from the data. */
export interface ReadOptions {
  /** Texts that mean "missing", besides empty, NA, NaN, `.` and null. A number (`-999`) also matches equal numbers. */
  readonly na?: readonly string[];
  /** Columns to keep as text even where every value is a number (ids as `007`). */
  readonly text?: readonly string[];
  /** One character between cells of delimited text; a space stands for runs of spaces and tabs. */
  readonly delimiter?: string;
  /** Decimal mark of delimited text. */
  readonly decimal?: "." | ",";
  /** Skips the choice by magic bytes and file name. */
  readonly format?: TableFormat;
}

/** A table with the account of how it was read. */
export interface ReadResult {
  readonly table: Table;
  readonly report: TypeReport;
  readonly notes: readonly Note[];
}

/** What every column became and why. */
export interface TypeReport {
  readonly format: TableFormat | "objects";
  readonly rowCount: number;
  /** delimited text only; a space stands for runs of spaces and tabs */
  readonly delimiter?: string;
  readonly decimal?: "." | ",";
  /** in file order */
  readonly columns: readonly ColumnReport[];
}

export interface ColumnReport {
  readonly name: string;
  readonly kind: Column["kind"];
  readonly missing: number;
  /** distinct values; text and logical columns */
  readonly levels?: number;
  /** smallest and largest finite value; numeric columns that have one */
  readonly range?: readonly [number, number];
  /** infinite values of a numeric column, when there are any */
  readonly infinite?: number;
  /** why a column is text; absent where the source itself says text (strings in JSON, Parquet, Arrow) */
  readonly whyText?: WhyText;
}

export type WhyText =
  /** named in `text` */
  | { readonly reason: "requested" }
  /** `value` in data row `row` (from 1; `line` of the file where it has lines) is the first that is no number */
  | {
      readonly reason: "not-a-number";
      readonly value: string;
      readonly row: number;
      readonly line?: number;
      /** how many of the values are numbers */
      readonly numbers: number;
    }
  /** integers beyond 2^53, which double precision would merge */
  | { readonly reason: "large-integers"; readonly value: string; readonly row: number };
