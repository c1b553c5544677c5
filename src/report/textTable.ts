/** One column of a printed table: a heading and cells of text. */
export interface TextColumn {
  readonly heading: string;
  readonly cells: readonly string[];
  readonly align: "left" | "right";
}

/** Columns separated by one blank, each as wide as its widest cell; no trailing blanks. */
export function textTable(columns: readonly TextColumn[]): string[] {
  const widths = columns.map((column) => widest([column.heading, ...column.cells]));
  const rowCount = columns.reduce((m, column) => Math.max(m, column.cells.length), 0);
  const line = (cell: (column: TextColumn) => string): string =>
    columns
      .map((column, j) =>
        column.align === "left" ? cell(column).padEnd(widths[j]!) : cell(column).padStart(widths[j]!),
      )
      .join(" ")
      .trimEnd();
  return [
    line((column) => column.heading),
    ...Array.from({ length: rowCount }, (_, i) => line((column) => column.cells[i] ?? "")),
  ];
}

/** Named values on two lines, all columns of one width, as R prints a named vector. */
export function namedValues(names: readonly string[], values: readonly string[]): string[] {
  const width = widest([...names, ...values]);
  return [names, values].map((row) => row.map((cell) => cell.padStart(width)).join(" "));
}

/** Length of the longest text. */
export function widest(texts: readonly string[]): number {
  // not Math.max(...): a table may have more lines than a call has arguments
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}
