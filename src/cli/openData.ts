import type { Note } from "../base/notes.ts";
import type { DataSource } from "../report/fitJson.ts";
import type { ReadResult } from "../table/readResult.ts";
import type { Table } from "../table/table.ts";
import { sha256 } from "./files.ts";
import { readTableFile } from "./readTableFile.ts";
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
  const { readTable } = await import("../table/read.ts");
  const parse = (content: Uint8Array, named: { readonly name?: string }): Promise<ReadResult> =>
    readTable(content, { ...options, ...named });
  const { bytes, read } = await readTableFile(path, parse, terminal);
  const { table, notes } = read;
  return { table, notes, source: { path: path === "-" ? null : path, sha256: sha256(bytes) } };
}
