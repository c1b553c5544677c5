import { HendersonError, isHendersonError } from "../base/errors.ts";
import { columnsOfArrow, type NamedValues, readColumns } from "./fromObjects.ts";
import { decodeLz4Frame } from "./lz4Frame.ts";
import { nestedColumnNote } from "./nestedColumn.ts";
import type { ReadOptions, ReadResult } from "./readResult.ts";

/**
 * A table out of the bytes of an Arrow IPC file (Feather 2) or stream, plain or compressed with LZ4 or
 * Zstandard; columns of lists, structures and binary values are left out with a note.
 *
 * The decoder (flechette) is loaded when first needed.
 *
 * @throws HendersonError "table/arrow" and those of `readColumns`
 */
export async function readArrow(bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadResult> {
  try {
    const { columns, nested } = await arrowColumns(bytes);
    const result = readColumns(columns, options, "arrow");
    return { ...result, notes: [...nested.map(nestedColumnNote), ...result.notes] };
  } catch (error) {
    if (isHendersonError(error)) throw error;
    throw new HendersonError("table/arrow", "the Arrow data are damaged, cut off or use an unknown feature", {
      hint: "copy or write them again",
      cause: error,
    });
  }
}

async function arrowColumns(bytes: Uint8Array): Promise<{ columns: NamedValues[]; nested: string[] }> {
  const [{ CompressionType, setCompressionCodec, tableFromIPC, Type }, { decompressZstd }] =
    await Promise.all([import("@uwdata/flechette"), import("hyparquet-compressors")]);
  const encode = (): never => {
    throw new RangeError("only reading is needed");
  };
  setCompressionCodec(CompressionType.LZ4_FRAME, { encode, decode: decodeLz4Frame });
  setCompressionCodec(CompressionType.ZSTD, { encode, decode: (data) => decompressZstd(data) });
  // big integers exact (ids), dates as dates
  const table = tableFromIPC(aligned(bytes), { useBigInt: true, useDate: true });
  const withoutCells = new Set<number>([
    Type.Binary,
    Type.LargeBinary,
    Type.BinaryView,
    Type.FixedSizeBinary,
    Type.List,
    Type.LargeList,
    Type.ListView,
    Type.LargeListView,
    Type.FixedSizeList,
    Type.Struct,
    Type.Union,
    Type.Map,
    Type.Interval,
  ]);
  const { fields } = table.schema;
  const kept = fields.filter(({ type }) => !withoutCells.has(type.typeId));
  const nested = fields.filter(({ type }) => withoutCells.has(type.typeId)).map(({ name }) => name);
  const columns = columnsOfArrow({ schema: { fields: kept }, getChild: (name) => table.getChild(name) });
  return { columns, nested };
}

/** Typed arrays are laid over the bytes, which must therefore start at a multiple of 8. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}
