import { HendersonError } from "../base/errors.ts";
import { lineAt, QUOTE, quoteError, type RecordScanner } from "./recordScanner.ts";

/**
 * Where every cell of delimited text is: stage one of reading, before any value is looked at.
 *
 * Cell (i, j) is `bytes[offsets[i * stride + j], offsets[i * stride + j + 1] - 1)`, as written.
 */
export interface CellIndex {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  /** columns + 1 */
  readonly stride: number;
  readonly rowCount: number;
}

const LISTED_LINES = 3;

/**
 * Indexes the records from the scanner's position on, each of which must have `width` cells.
 *
 * @param expected number of cells the user sees in the header, for the message
 * @throws HendersonError "table/ragged" naming the first lines, "table/quote"
 */
export function indexCells(scanner: RecordScanner, width: number, expected: number): CellIndex {
  const { bytes } = scanner;
  const stride = width + 1;
  const start = scanner.position;
  let offsets = new Uint32Array(256 * stride);
  let row = 0;
  let raggedCount = 0;
  const ragged: { line: number; cells: number }[] = [];
  while (scanner.next(offsets, row * stride, width)) {
    if (scanner.cells !== width) {
      raggedCount++;
      if (ragged.length < LISTED_LINES) {
        ragged.push({ line: lineAt(bytes, offsets[row * stride]!), cells: scanner.cells });
      }
      continue;
    }
    row++;
    if ((row + 1) * stride > offsets.length) {
      const expectedRows = Math.ceil((1.05 * row * (bytes.length - start)) / (scanner.position - start));
      const larger = new Uint32Array(Math.max(expectedRows + 16, Math.ceil(1.5 * row)) * stride);
      larger.set(offsets);
      offsets = larger;
    }
  }
  if (scanner.problem !== null) throw quoteError(bytes, scanner.problem);
  if (raggedCount > 0) throw raggedError(ragged, raggedCount, expected);
  return { bytes, offsets, stride, rowCount: row };
}

/** Where the content of cell `bytes[start, end)` is, without quotes; `escaped` where it holds doubled quotes. */
export interface CellContent {
  start: number;
  end: number;
  escaped: boolean;
}

/**
 * Finds the content of a cell: the text between its quotes, or all of it.
 *
 * @param out overwritten
 */
export function cellContent(bytes: Uint8Array, start: number, end: number, out: CellContent): void {
  out.start = start;
  out.end = end;
  out.escaped = false;
  let open = start;
  while (open < end && isBlank(bytes[open]!)) open++;
  if (bytes[open] !== QUOTE || open === end) return;
  let close = end - 1;
  while (isBlank(bytes[close]!)) close--;
  out.start = open + 1;
  out.end = close;
  for (let i = open + 1; i < close; i++) {
    if (bytes[i] === QUOTE) {
      out.escaped = true;
      return;
    }
  }
}

/** The content with doubled quotes made single. */
export function unescapeQuotes(bytes: Uint8Array, content: CellContent): Uint8Array {
  const result = new Uint8Array(content.end - content.start);
  let length = 0;
  for (let i = content.start; i < content.end; i++) {
    result[length++] = bytes[i]!;
    if (bytes[i] === QUOTE) i++;
  }
  return result.subarray(0, length);
}

/** Narrows a range to leave out the blanks around it. */
export function trimBlanks(bytes: Uint8Array, content: CellContent): void {
  while (content.start < content.end && isBlank(bytes[content.start]!)) content.start++;
  while (content.end > content.start && isBlank(bytes[content.end - 1]!)) content.end--;
}

/** Content of one cell as text. */
export function cellText(bytes: Uint8Array, start: number, end: number): string {
  const content: CellContent = { start, end, escaped: false };
  cellContent(bytes, start, end, content);
  const raw = content.escaped ? unescapeQuotes(bytes, content) : bytes.subarray(content.start, content.end);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw);
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}

function raggedError(
  ragged: readonly { line: number; cells: number }[],
  count: number,
  expected: number,
): HendersonError {
  const first = ragged[0]!;
  const cells = first.cells === 1 ? "1 cell" : `${first.cells} cells`;
  const others = ragged.slice(1).map(({ line }) => line);
  const also = count === 1 ? "" : `; ${count} lines are ragged, the next: ${others.join(", ")}`;
  return new HendersonError(
    "table/ragged",
    `line ${first.line} has ${cells} but the header has ${expected}${also}`,
    {
      hint:
        first.cells > expected
          ? "a cell with the delimiter in it needs double quotes"
          : "end the line with empty cells where values are missing",
    },
  );
}
