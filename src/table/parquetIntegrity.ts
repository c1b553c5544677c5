import type { FileMetaData } from "hyparquet";
import { HendersonError } from "../base/errors.ts";

/** What of a page's header says how much will be decoded. */
interface PageSizes {
  readonly type: string;
  readonly uncompressed_page_size: number;
  readonly compressed_page_size: number;
  readonly data_page_header?: { readonly num_values: number } | undefined;
  readonly data_page_header_v2?: LevelSizes | undefined;
  readonly dictionary_page_header?: { readonly num_values: number } | undefined;
}

interface LevelSizes {
  readonly num_values: number;
  readonly num_rows: number;
  readonly num_nulls: number;
  readonly definition_levels_byte_length: number;
  readonly repetition_levels_byte_length: number;
}

/** Reads the page header at the reader's offset and moves behind it (hyparquet's `parquetHeader`). */
type ReadPageHeader = (reader: { view: DataView; offset: number }) => PageSizes;

/**
 * Number of rows of a Parquet file, after checking that footer and page headers agree on it.
 *
 * A decoder allocates what these numbers claim, so that one damaged byte could cost all memory. The pages
 * of the given flat columns must lie in the file and together hold exactly the rows of their group.
 *
 * @throws HendersonError "table/parquet"
 */
export function checkedRowCount(
  bytes: Uint8Array,
  metadata: FileMetaData,
  flat: ReadonlySet<string>,
  readHeader: ReadPageHeader,
): number {
  let rowCount = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    require(rows >= 0 && rows < 2 ** 31);
    rowCount += rows;
    const seen = new Set<string>();
    for (const { meta_data: chunk } of group.columns) {
      const name = chunk?.path_in_schema[0];
      if (chunk === undefined || name === undefined || !flat.has(name)) continue;
      seen.add(name);
      const data = Number(chunk.data_page_offset);
      const dictionary = Number(chunk.dictionary_page_offset ?? 0n);
      const start = dictionary > 0 ? Math.min(dictionary, data) : data;
      const end = start + Number(chunk.total_compressed_size);
      require(start >= 4 && end > start && end <= bytes.length);
      const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
      require(rowsOfPages(view, Number(chunk.total_uncompressed_size), rows, readHeader) === rows);
    }
    require(seen.size === flat.size);
  }
  require(rowCount === Number(metadata.num_rows) && rowCount < 2 ** 31);
  return rowCount;
}

function rowsOfPages(view: DataView, largest: number, rows: number, readHeader: ReadPageHeader): number {
  const reader = { view, offset: 0 };
  let count = 0;
  while (count < rows && reader.offset < view.byteLength) {
    const page = readHeader(reader);
    const inside =
      page.compressed_page_size >= 0 && reader.offset + page.compressed_page_size <= view.byteLength;
    require(inside && page.uncompressed_page_size >= 0 && page.uncompressed_page_size <= largest);
    reader.offset += page.compressed_page_size;
    if (page.type === "DICTIONARY_PAGE") {
      const values = page.dictionary_page_header?.num_values ?? -1;
      require(values >= 0 && values <= page.uncompressed_page_size);
      continue;
    }
    const levels = page.data_page_header_v2;
    if (levels !== undefined) requireLevels(levels, page.compressed_page_size);
    const values = levels?.num_values ?? page.data_page_header?.num_values ?? -1;
    require(values >= 0 && values <= rows);
    count += values;
  }
  return count;
}

function requireLevels(levels: LevelSizes, pageSize: number): void {
  const { definition_levels_byte_length: definition, repetition_levels_byte_length: repetition } = levels;
  require(levels.num_rows === levels.num_values);
  require(levels.num_nulls >= 0 && levels.num_nulls <= levels.num_values);
  require(definition >= 0 && repetition >= 0 && definition + repetition <= pageSize);
}

function require(holds: boolean): asserts holds {
  if (holds) return;
  throw new HendersonError("table/parquet", "the Parquet file is damaged: its parts do not agree in size", {
    hint: "copy or write it again",
  });
}
