import type { Note } from "../base/notes.ts";
import type { DataSource } from "../report/fitJson.ts";
import type { Table } from "../table/table.ts";
import { sha256 } from "./files.ts";
import { readInput } from "./readInput.ts";
import type { Terminal } from "./terminal.ts";

/** How the columns of a file are read; kept in a FIT file, so that the data are read the same way again. */
export interface DataOptions {
  readonly na?: readonly string[];
  readonly text?: readonly string[];
}

export interface OpenedData {
  readonly table: Table;
  readonly source: DataSource;
  readonly notes: readonly Note[];
}

/** Reads a table from a file or standard input (`-`). */
export async function openData(path: string, options: DataOptions, terminal: Terminal): Promise<OpenedData> {
  const bytes = await readInput(path, terminal);
  const { readTable } = await import("../table/read.ts");
  const { table, notes } = await readTable(bytes, { ...options, ...(path === "-" ? {} : { name: path }) });
  return { table, notes, source: { path: path === "-" ? null : path, sha256: sha256(bytes) } };
}
