import { HendersonError } from "../base/errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { type Contrast, type ContrastName, contrastMatrix, dummyMatrix } from "./contrasts.ts";
import type { TermCoding, VariableCoding } from "./recipe.ts";

/** A variable ready to become columns: numbers, or a factor with its contrast. */
export type EncodedVariable =
  | {
      readonly kind: "numeric";
      readonly values: Float64Array;
      readonly columns: number;
      readonly labels: readonly string[] | null;
    }
  | {
      readonly kind: "factor";
      /** -1 where missing: such rows become NaN */
      readonly codes: Int32Array;
      readonly levels: readonly string[];
      readonly contrast: ContrastName;
    };

/** Columns of a linear predictor and what they are called. */
export interface EncodedTerms {
  readonly names: readonly string[];
  /** n x number of columns */
  readonly matrix: Matrix;
  /** first column of each term, with the number of columns as last entry; the intercept is not among them */
  readonly firstColumns: readonly number[];
}

interface Piece {
  readonly width: number;
  readonly labels: readonly string[];
  /** indicator coding: column codes[i] - shift, none when negative */
  readonly indicator: { readonly codes: Int32Array; readonly shift: number } | null;
  /** otherwise one dense column each */
  readonly columns: readonly Float64Array[];
}

/**
 * The columns of an intercept and terms, in R's order: the first variable of a term varies fastest.
 *
 * Products with factors are written at the nonzero entries only.
 */
export function encodeTerms(
  intercept: boolean,
  terms: readonly TermCoding[],
  variable: (text: string) => EncodedVariable,
  rows: number,
): EncodedTerms {
  const names: string[] = intercept ? ["(Intercept)"] : [];
  const pieces = terms.map((term) =>
    term.variables.map((text, k) => pieceOf(text, term.coding[k]!, variable(text), rows)),
  );
  const firstColumns: number[] = [];
  let count = names.length;
  for (const parts of pieces) {
    firstColumns.push(count);
    let width = 1;
    for (const part of parts) width *= part.width;
    count += width;
  }
  firstColumns.push(count);
  if (rows * count > largestMatrix) throw tooLarge(terms, firstColumns, rows);
  const values = new Float64Array(rows * count);
  if (intercept) for (let i = 0; i < rows; i++) values[i] = 1;
  for (let t = 0; t < pieces.length; t++) {
    fillTerm(values, rows, firstColumns[t]!, pieces[t]!);
    productNames(pieces[t]!, names);
  }
  return { names, matrix: { rows, columns: count, values }, firstColumns };
}

/** Two GiB of doubles. */
const largestMatrix = 2 ** 28;

function tooLarge(
  terms: readonly TermCoding[],
  firstColumns: readonly number[],
  rows: number,
): HendersonError {
  const widths = terms.map((_, t) => firstColumns[t + 1]! - firstColumns[t]!);
  const widest = widths.indexOf(Math.max(...widths));
  const text = terms[widest]!.term;
  const gigabytes = Math.ceil((8 * rows * firstColumns[terms.length]!) / 2 ** 30);
  return new HendersonError(
    "design/too-large",
    `the columns would need ${gigabytes} GB: ${text} alone has ${widths[widest]} columns of ${rows} rows`,
    {
      hint: `a factor with that many levels belongs in a random term, as in (1 | ${terms[widest]!.variables[0]})`,
    },
  );
}

function pieceOf(text: string, coding: VariableCoding, variable: EncodedVariable, rows: number): Piece {
  if (variable.kind === "numeric") {
    const { columns: width, labels, values } = variable;
    if (width === 1 && labels === null) return { width, labels: [text], indicator: null, columns: [values] };
    const columns: Float64Array[] = [];
    for (let j = 0; j < width; j++)
      columns.push(width === 1 ? values : values.subarray(j * rows, (j + 1) * rows));
    const suffixes = labels ?? (width === 1 ? [""] : columns.map((_, j) => String(j + 1)));
    return { width, labels: suffixes.map((suffix) => text + suffix), indicator: null, columns };
  }
  const { codes, levels } = variable;
  if (coding === "dummies" || variable.contrast === "treatment") {
    const shift = coding === "dummies" ? 0 : 1;
    const labels = (shift === 0 ? levels : levels.slice(1)).map((level) => text + level);
    return { width: labels.length, labels, indicator: { codes, shift }, columns: [] };
  }
  const contrast: Contrast =
    coding === "contrasts" ? contrastMatrix(variable.contrast, levels) : dummyMatrix(levels);
  const { matrix, labels } = contrast;
  const columns: Float64Array[] = [];
  for (let j = 0; j < matrix.columns; j++) {
    const column = new Float64Array(rows);
    const offset = j * matrix.rows;
    for (let i = 0; i < rows; i++)
      column[i] = codes[i]! < 0 ? Number.NaN : matrix.values[offset + codes[i]!]!;
    columns.push(column);
  }
  return { width: labels.length, labels: labels.map((label) => text + label), indicator: null, columns };
}

function fillTerm(values: Float64Array, n: number, first: number, parts: readonly Piece[]): void {
  const only = parts[0]!;
  if (parts.length === 1 && only.indicator === null) {
    only.columns.forEach((column, j) => {
      values.set(column, (first + j) * n);
    });
    return;
  }
  // position of the nonzero block of each row, -1 for none, -2 for missing
  let position: Int32Array | null = null;
  let dense: { offset: number; column: Float64Array | null }[] = [{ offset: 0, column: null }];
  let stride = 1;
  for (const part of parts) {
    if (part.indicator !== null) {
      const { codes, shift } = part.indicator;
      position ??= new Int32Array(n);
      for (let i = 0; i < n; i++) {
        const code = codes[i]!;
        if (code < 0) position[i] = -2;
        else if (position[i]! < 0) continue;
        else if (code < shift) position[i] = -1;
        else position[i] = position[i]! + (code - shift) * stride;
      }
    } else {
      dense = part.columns.flatMap((column, j) =>
        dense.map((other) => ({ offset: other.offset + j * stride, column: product(other.column, column) })),
      );
    }
    stride *= part.width;
  }
  for (const { offset, column } of dense) {
    const base = (first + offset) * n;
    if (position === null) {
      values.set(column!, base);
      continue;
    }
    for (let i = 0; i < n; i++) {
      const at = position[i]!;
      if (at >= 0) values[base + at * n + i] = column === null ? 1 : column[i]!;
    }
  }
  if (position === null) return;
  for (let i = 0; i < n; i++) {
    if (position[i] === -2) for (let j = 0; j < stride; j++) values[(first + j) * n + i] = Number.NaN;
  }
}

function product(a: Float64Array | null, b: Float64Array): Float64Array {
  if (a === null) return b;
  const values = new Float64Array(b.length);
  for (let i = 0; i < values.length; i++) values[i] = a[i]! * b[i]!;
  return values;
}

function productNames(parts: readonly Piece[], names: string[]): void {
  if (parts.length === 1) {
    for (const label of parts[0]!.labels) names.push(label);
    return;
  }
  let current: readonly string[] = [""];
  parts.forEach((part, k) => {
    current = part.labels.flatMap((label) =>
      current.map((before) => (k === 0 ? label : `${before}:${label}`)),
    );
  });
  for (const name of current) names.push(name);
}
