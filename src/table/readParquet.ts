import type { AsyncBuffer, DecodedArray, FileMetaData } from "hyparquet";
import { HendersonError, isHendersonError } from "../base/errors.ts";
import { type NamedValues, readColumns } from "./fromObjects.ts";
import { nestedColumnNote } from "./nestedColumn.ts";
import { checkedRowCount } from "./parquetIntegrity.ts";
import type { ReadOptions, ReadResult } from "./readResult.ts";

/**
 * A table out of the bytes of a Parquet file; nested columns are left out with a note.
 *
 * The decoder (hyparquet) is loaded when first needed.
 *
 * @throws HendersonError "table/parquet" and those of `readColumns`
 */
export async function readParquet(bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadResult> {
  try {
    const { columns, nested } = await parquetColumns(bytes);
    const result = readColumns(columns, options, "parquet");
    return { ...result, notes: [...nested.map(nestedColumnNote), ...result.notes] };
  } catch (error) {
    if (isHendersonError(error)) throw error;
    throw new HendersonError(
      "table/parquet",
      "the Parquet file is damaged, cut off or uses an unknown feature",
      {
        hint: "copy or write it again",
        cause: error,
      },
    );
  }
}

const MAGIC_LENGTH = 4;

async function parquetColumns(bytes: Uint8Array): Promise<{ columns: NamedValues[]; nested: string[] }> {
  const tail = String.fromCharCode(...bytes.subarray(-MAGIC_LENGTH));
  if (bytes.length < 12 || tail !== "PAR1") {
    throw new HendersonError("table/parquet", "the Parquet file is cut off: its end mark is missing", {
      hint: "copy or write it again",
    });
  }
  // the leaf modules: the package's entry for Node imports node:fs
  const [{ parquetMetadata, parquetSchema }, { parquetRead }, { parquetHeader }, { compressors }] =
    await Promise.all([
      import("hyparquet/src/metadata.js"),
      import("hyparquet/src/read.js"),
      import("hyparquet/src/column.js"),
      import("hyparquet-compressors"),
    ]);
  const metadata: FileMetaData = parquetMetadata(bytes);
  const { children } = parquetSchema(metadata);
  const isFlat = (child: (typeof children)[number]): boolean =>
    child.children.length === 0 && child.element.repetition_type !== "REPEATED";
  const flat = children.filter(isFlat).map((child) => child.element.name);
  const nested = children.filter((child) => !isFlat(child)).map((child) => child.element.name);
  const rowCount = checkedRowCount(bytes, metadata, new Set(flat), parquetHeader);
  const columns = flat.map((name) => ({ name, values: new Array<unknown>(rowCount).fill(null) }));
  const byName = new Map(columns.map((column) => [column.name, column.values]));
  if (rowCount > 0 && flat.length > 0) {
    await parquetRead({
      file: bufferOf(bytes),
      metadata,
      columns: flat,
      compressors,
      onChunk: ({ columnName, columnData, rowStart }) => fill(byName.get(columnName), columnData, rowStart),
    });
  }
  return { columns, nested };
}

function fill(values: unknown[] | undefined, chunk: DecodedArray, start: number): void {
  if (values === undefined) return;
  const end = Math.min(values.length, start + chunk.length);
  for (let i = Math.max(0, start); i < end; i++) values[i] = chunk[i - start];
}

function bufferOf(bytes: Uint8Array): AsyncBuffer {
  return {
    byteLength: bytes.length,
    slice: (start, end) => bytes.slice(start, end).buffer as ArrayBuffer,
  };
}
