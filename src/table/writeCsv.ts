import type { Column, Table } from "./table.ts";

export interface WriteOptions {
  /**
   * Puts a single quote before text that a spreadsheet would take for a formula (it begins with `=`, `+`,
   * `-`, `@`, tab or carriage return), as OWASP advises against CSV injection. Default true; numbers are
   * never touched. Turn it off where only programs read the file: the guard changes the text.
   */
  readonly guardFormulas?: boolean;
}

const FORMULA_START = /^[=+\-@\t\r]/;
/** Lines of a piece; a line that is still its cells takes ten times the memory of its text. */
const LINES_AT_ONCE = 4096;
/** blanks around text are quoted, because some readers drop them */
const NEEDS_QUOTES = /[",\n\r]|^\s|\s$/;

/**
 * The table as CSV (RFC 4180, but lines end with LF), missing values as NA, TRUE and FALSE for logical.
 *
 * Numbers are written with the fewest digits that read back as the same number.
 */
export function writeCsv(table: Table, options: WriteOptions = {}): string {
  return [...csvPieces(table, options)].join("");
}

/** The text of `writeCsv` in pieces of some thousand lines; without the line of names where they stand already. */
export function* csvPieces(
  table: Table,
  options: WriteOptions & { readonly header?: boolean } = {},
): Generator<string, void, undefined> {
  const guard = options.guardFormulas ?? true;
  const columns = Array.from(table.columns);
  const writers = columns.map(([, column]) => cellWriter(column, guard));
  const lines = options.header === false ? [] : [columns.map(([name]) => textCell(name, guard)).join(",")];
  for (let row = 0; row < table.rowCount; row++) {
    let line = "";
    writers.forEach((write, j) => {
      line += j === 0 ? write(row) : `,${write(row)}`;
    });
    lines.push(line);
    if (lines.length >= LINES_AT_ONCE) yield `${lines.splice(0).join("\n")}\n`;
  }
  if (lines.length > 0) yield `${lines.join("\n")}\n`;
}

function cellWriter(column: Column, guard: boolean): (row: number) => string {
  if (column.kind === "numeric") return (row) => numberCell(column.values[row]!);
  if (column.kind === "logical") {
    return (row) => (column.values[row] === 255 ? "NA" : column.values[row] === 1 ? "TRUE" : "FALSE");
  }
  const cells = column.levels.map((level) => textCell(level, guard));
  return (row) => cells[column.codes[row]!] ?? "NA";
}

function numberCell(value: number): string {
  if (Number.isNaN(value)) return "NA";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "Inf" : "-Inf";
}

function textCell(text: string, guard: boolean): string {
  const guarded = guard && FORMULA_START.test(text) ? `'${text}` : text;
  return text === "" || NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
