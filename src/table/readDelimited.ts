import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { type CellRules, columnFromCells } from "./cellColumn.ts";
import { type CellIndex, cellText, indexCells } from "./cellIndex.ts";
import { columnNames } from "./columnNames.ts";
import { finishTable, requestedText } from "./finishTable.ts";
import { missingValues } from "./missingValues.ts";
import { parseNumberText } from "./parseNumber.ts";
import { quoteValue, quoteValues } from "./quoteValue.ts";
import type { ReadOptions, ReadResult } from "./readResult.ts";
import { lineAt, QUOTE, quoteError, RecordScanner } from "./recordScanner.ts";
import { sniffDecimal } from "./sniffDecimal.ts";
import { dialectOf, sniffDelimiter } from "./sniffDialect.ts";
import { toUtf8 } from "./toUtf8.ts";

/**
 * A table out of delimited text with a header line (CSV, TSV, or cells separated by blanks).
 *
 * Two stages: the place of every cell is found first, then each column is made from its cells, so that a
 * column can be read again as text when its last cell turns out to be no number. Numbers and levels are
 * read from the bytes; strings are made once per level.
 *
 * @param source text, or the bytes of a file in UTF-8, UTF-16 or Windows-1252
 * @throws HendersonError "table/empty", "table/ragged", "table/quote", "table/duplicate-column",
 *   "table/unknown-column", "table/option", "table/format", "table/too-large"
 */
export function readDelimited(source: string | Uint8Array, options: ReadOptions = {}): ReadResult {
  checkMarks(options);
  const decoded = typeof source === "string" ? new TextEncoder().encode(source) : source;
  if (decoded.length >= 2 ** 32) {
    throw new HendersonError("table/too-large", "the file is larger than 4 GiB", {
      hint: "write the columns you need to a Parquet file",
    });
  }
  const { bytes, notes } = toUtf8(decoded);
  const preamble = separatorLine(bytes);
  const delimiter = options.delimiter ?? preamble.delimiter ?? sniffDelimiter(bytes, preamble.end);
  const scanner = new RecordScanner(bytes, dialectOf(delimiter), preamble.end);
  const header = readHeader(scanner);
  const rowNames = hasRowNames(scanner, header.length, delimiter);
  const { names, notes: nameNotes } = columnNames(rowNames ? ["", ...header] : header);
  notes.push(...(rowNames ? [rowNamesNote(names[0]!)] : nameNotes), ...headerNotes(header));
  const index = indexCells(scanner, names.length, header.length);
  if (index.rowCount === 0) {
    throw new HendersonError(
      "table/empty",
      `the data have 0 rows: there is a header (${quoteValues(names)}) and nothing below it`,
    );
  }
  const decimal = options.decimal ?? sniffDecimal(index, delimiter);
  if (decimal === "," && options.decimal === undefined) notes.push(decimalNote);
  const rules: CellRules = { decimal, missing: missingValues(options.na), trimText: delimiter === " " };
  const asText = requestedText(names, options.text);
  const columns = names.map((name, j) => columnFromCells(index, j, name, rules, asText.has(name)));
  return finishTable(columns, index.rowCount, notes, { format: "delimited", delimiter, decimal }, (row) =>
    lineOf(index, row),
  );
}

function lineOf(index: CellIndex, row: number): number {
  return lineAt(index.bytes, index.offsets[row * index.stride]!);
}

const decimalNote: Note = {
  code: "table/decimal-comma",
  severity: "info",
  message: "numbers were read with a decimal comma",
};

function checkMarks({ delimiter, decimal }: ReadOptions): void {
  if (delimiter === undefined) return;
  const code = delimiter.charCodeAt(0);
  if (delimiter.length !== 1 || code > 126 || code === QUOTE || (code < 32 && code !== 9)) {
    throw new HendersonError(
      "table/option",
      `the delimiter ${quoteValue(delimiter)} is not one plain character`,
      {
        hint: "use a comma, semicolon, tab, bar or blank",
      },
    );
  }
  if (delimiter === decimal) {
    throw new HendersonError("table/option", `delimiter and decimal mark are both ${quoteValue(delimiter)}`);
  }
}

/** Excel's first line `sep=;`, where there is one. */
function separatorLine(bytes: Uint8Array): { delimiter?: string; end: number } {
  const match = /^sep=([,;|\t ])(\r\n|\r|\n)/.exec(String.fromCharCode(...bytes.subarray(0, 8)));
  return match === null ? { end: 0 } : { delimiter: match[1]!, end: match[0].length };
}

function readHeader(scanner: RecordScanner): string[] {
  const start = scanner.position;
  const counting = new RecordScanner(scanner.bytes, scanner.dialect, start);
  const hasRecord = counting.next(new Uint32Array(0), 0, 0);
  if (counting.problem !== null) throw quoteError(scanner.bytes, counting.problem);
  if (!hasRecord) throw new HendersonError("table/empty", "the data have 0 rows: there is no text in them");
  const offsets = new Uint32Array(counting.cells + 1);
  scanner.next(offsets, 0, counting.cells);
  return Array.from({ length: counting.cells }, (_, j) =>
    cellText(scanner.bytes, offsets[j]!, offsets[j + 1]! - 1),
  );
}

/**
 * Whether the lines have one cell more than the header because R's write.table put row names there: every
 * line of a file delimited by tabs or blanks, or with its first cell quoted.
 *
 * Any other file with a cell too many is ragged: a name may be missing anywhere.
 */
function hasRowNames(scanner: RecordScanner, headerCells: number, delimiter: string): boolean {
  const { bytes } = scanner;
  const ahead = new RecordScanner(bytes, scanner.dialect, scanner.position);
  const offsets = new Uint32Array(1);
  const needsQuotes = delimiter !== " " && delimiter !== "\t";
  let records = 0;
  while (ahead.next(offsets, 0, 0)) {
    if (ahead.cells !== headerCells + 1) return false;
    if (needsQuotes && bytes[offsets[0]!] !== QUOTE) return false;
    records++;
  }
  return records > 0 && ahead.problem === null;
}

function rowNamesNote(name: string): Note {
  return {
    code: "table/row-names",
    severity: "info",
    message: `the header has one name less than the lines have cells; the first column was taken as row names and is called ${quoteValue(name)}`,
    subject: name,
  };
}

function headerNotes(header: readonly string[]): Note[] {
  if (header.length === 0 || header.some((name) => Number.isNaN(parseNumberText(name)))) return [];
  return [
    {
      code: "table/header",
      severity: "warning",
      message: `the first line was taken as column names, but consists of numbers: ${quoteValues(header, 4)}`,
      hint: "put a line with column names on top of the file",
    },
  ];
}
