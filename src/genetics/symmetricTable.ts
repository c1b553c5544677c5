import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Note } from "../base/notes.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { quoteValue, quoteValues } from "../table/quoteValue.ts";
import type { Column, NumericColumn, Table } from "../table/table.ts";
import { codeIdentifiers } from "./identifiers.ts";
import type { Triplets } from "./lowerTriangle.ts";

/** A symmetric matrix read from a table, with the names of its rows. */
type SymmetricTable = DenseSymmetric | SparseSymmetric;

interface DenseSymmetric {
  readonly kind: "dense";
  readonly levels: readonly string[];
  /** full, exactly symmetric */
  readonly matrix: Matrix;
  readonly notes: readonly Note[];
}

interface SparseSymmetric {
  readonly kind: "sparse";
  readonly levels: readonly string[];
  readonly diagonal: Float64Array;
  readonly triplets: Triplets;
  readonly notes: readonly Note[];
}

/** Differences of mirrored entries, relative to the diagonal, up to which they are averaged (single precision files). */
const AVERAGED = 1e-5;
/** ... and up to which nothing is said. */
const UNNOTICED = 1e-12;

/**
 * A symmetric matrix from a table: dense (the header names the levels; a first column of ids is optional and may
 * be in another order), or sparse with three columns id, id, value of either triangle or both.
 *
 * @param what   how messages call it: "the matrix of 'A'"
 * @throws HendersonError "genetics/matrix-shape", "genetics/matrix-values", "genetics/asymmetric"
 */
export function readSymmetric(table: Table, what: string): SymmetricTable {
  const columns = Array.from(table.columns.values());
  const { rowCount } = table;
  const ids = columns.length === rowCount + 1 ? rowOrder(columns) : null;
  if (ids?.order != null) return denseSymmetric(columns.slice(1), ids.order, what);
  const allNumeric = columns.every(({ kind }) => kind === "numeric");
  if (columns.length === rowCount && allNumeric) {
    const inOrder = Int32Array.from({ length: rowCount }, (_, i) => i);
    if (rowCount !== 3 || isSymmetric(columns as NumericColumn[]))
      return denseSymmetric(columns, inOrder, what);
  }
  if (columns.length === 3) return sparseSymmetric(columns, what);
  if (columns.length === rowCount) requireNumeric(columns, what);
  throw new HendersonError(
    "genetics/matrix-shape",
    `${what} has ${rowCount} rows and ${columns.length} columns${ids === null ? "" : `; its first column has ${quoteValue(ids.stranger)}, which is not in the header`}`,
    {
      hint: "a dense matrix has a header with the levels and one row for each (a first column of ids is allowed); a sparse one has three columns: id, id, value",
    },
  );
}

/** Which header column each row belongs to; or the first id that is in no header. */
function rowOrder(columns: readonly Column[]): { order: Int32Array | null; stranger: string } {
  const { codes, labels } = codeIdentifiers([columns[0]!]);
  const placeOf = new Map(columns.slice(1).map(({ name }, j) => [name, j] as const));
  const order = Int32Array.from(codes[0]!, (code) => (code < 0 ? -1 : (placeOf.get(labels[code]!) ?? -1)));
  const bad = order.findIndex((place, i) => place < 0 || order.indexOf(place) < i);
  if (bad < 0) return { order, stranger: "" };
  const code = codes[0]![bad]!;
  return { order: null, stranger: code < 0 ? "a missing id" : labels[code]! };
}

function isSymmetric(columns: readonly NumericColumn[]): boolean {
  return columns.every((column, j) =>
    columns.every((other, i) => Math.abs(column.values[i]! - other.values[j]!) <= AVERAGED),
  );
}

function requireNumeric(columns: readonly Column[], what: string): NumericColumn[] {
  const bad = columns.find(({ kind }) => kind !== "numeric");
  if (bad === undefined) return columns as NumericColumn[];
  throw new HendersonError(
    "genetics/matrix-values",
    `${what} has a column ${quoteValue(bad.name)} that is not numeric`,
  );
}

function denseSymmetric(columns: readonly Column[], order: Int32Array, what: string): DenseSymmetric {
  const levels = columns.map(({ name }) => name);
  const numeric = requireNumeric(columns, what);
  const n = levels.length;
  const matrix = createMatrix(n, n);
  const a = matrix.values;
  numeric.forEach(({ values }, j) => {
    for (let row = 0; row < n; row++) {
      const value = values[row]!;
      if (!Number.isFinite(value)) throw badValue(what, levels[order[row]!]!, levels[j]!);
      a[order[row]! + j * n] = value;
    }
  });
  let worst = 0;
  let at: [number, number] = [0, 0];
  for (let j = 0; j < n; j++) {
    for (let i = j + 1; i < n; i++) {
      const difference = Math.abs(a[i + j * n]! - a[j + i * n]!);
      if (difference === 0) continue;
      const relative = difference / Math.sqrt(Math.abs(a[i * (n + 1)]! * a[j * (n + 1)]!));
      if (!(relative <= worst)) {
        worst = relative;
        at = [i, j];
      }
      const mean = 0.5 * (a[i + j * n]! + a[j + i * n]!);
      if (relative <= AVERAGED) {
        a[i + j * n] = mean;
        a[j + i * n] = mean;
      }
    }
  }
  const [i, j] = at;
  if (!(worst <= AVERAGED)) {
    throw asymmetric(what, levels[i]!, levels[j]!, a[i + j * n]!, a[j + i * n]!);
  }
  return { kind: "dense", levels, matrix, notes: averagedNotes(what, worst) };
}

function sparseSymmetric(columns: readonly Column[], what: string): SparseSymmetric {
  const { codes, labels } = codeIdentifiers(columns.slice(0, 2));
  const [entries] = requireNumeric(columns.slice(2), what);
  const n = labels.length;
  const count = entries!.values.length;
  const diagonal = new Float64Array(n).fill(Number.NaN);
  const triplets = {
    count: 0,
    rows: new Int32Array(count),
    columns: new Int32Array(count),
    values: new Float64Array(count),
  };
  const seen = new Map<number, number>();
  let worst = 0;
  for (let e = 0; e < count; e++) {
    const i = Math.max(codes[0]![e]!, codes[1]![e]!);
    const j = Math.min(codes[0]![e]!, codes[1]![e]!);
    const value = entries!.values[e]!;
    if (j < 0) {
      throw new HendersonError("genetics/matrix-values", `${what} has a missing id in row ${e + 1}`);
    }
    if (!Number.isFinite(value)) throw badValue(what, labels[i]!, labels[j]!);
    const known = i === j ? diagonal[i]! : triplets.values[seen.get(i * n + j) ?? -1];
    if (known !== undefined && !Number.isNaN(known)) {
      const relative = Math.abs(known - value) / Math.max(Math.abs(known), Math.abs(value), 1e-300);
      if (relative > AVERAGED) throw asymmetric(what, labels[i]!, labels[j]!, known, value);
      worst = Math.max(worst, relative);
    } else if (i === j) {
      diagonal[i] = value;
    } else {
      seen.set(i * n + j, triplets.count);
      triplets.rows[triplets.count] = i;
      triplets.columns[triplets.count] = j;
      triplets.values[triplets.count++] = value;
    }
  }
  const absent = labels.filter((_, i) => Number.isNaN(diagonal[i]!));
  if (absent.length > 0) {
    throw new HendersonError(
      "genetics/matrix-values",
      `${what} has no diagonal entry for ${quoteValues(absent, 10)}`,
      { hint: "every level needs a line with its id twice" },
    );
  }
  return { kind: "sparse", levels: labels, diagonal, triplets, notes: averagedNotes(what, worst) };
}

function badValue(what: string, row: string, column: string): HendersonError {
  return new HendersonError(
    "genetics/matrix-values",
    `${what} has no finite number at row ${quoteValue(row)}, column ${quoteValue(column)}`,
  );
}

function asymmetric(what: string, i: string, j: string, first: number, second: number): HendersonError {
  return new HendersonError(
    "genetics/asymmetric",
    `${what} is not symmetric: its value for ${quoteValue(i)} and ${quoteValue(j)} is ${first} in one place and ${second} in the other`,
    { hint: "rows and columns must be in the same order, and mirrored values equal" },
  );
}

function averagedNotes(what: string, worst: number): Note[] {
  if (worst <= UNNOTICED) return [];
  return [
    {
      code: "genetics/averaged",
      severity: "info",
      message: `mirrored entries of ${what} differ by up to ${worst.toPrecision(2)} of the diagonal and were averaged`,
    },
  ];
}

/** A full matrix of sparse entries. */
export function toDense({ diagonal, triplets }: SparseSymmetric): Matrix {
  const n = diagonal.length;
  const matrix = createMatrix(n, n);
  diagonal.forEach((value, i) => {
    matrix.values[i * (n + 1)] = value;
  });
  for (let e = 0; e < triplets.count; e++) {
    const i = triplets.rows[e]!;
    const j = triplets.columns[e]!;
    matrix.values[i + j * n] = triplets.values[e]!;
    matrix.values[j + i * n] = triplets.values[e]!;
  }
  return matrix;
}

/** Sparse entries of a full matrix, without its zeros. */
export function toTriplets({ rows: n, values }: Matrix): {
  readonly diagonal: Float64Array;
  readonly triplets: Triplets;
} {
  let count = 0;
  for (let j = 0; j < n; j++) for (let i = j + 1; i < n; i++) if (values[i + j * n] !== 0) count++;
  const triplets = {
    count,
    rows: new Int32Array(count),
    columns: new Int32Array(count),
    values: new Float64Array(count),
  };
  let e = 0;
  for (let j = 0; j < n; j++) {
    for (let i = j + 1; i < n; i++) {
      if (values[i + j * n] === 0) continue;
      triplets.rows[e] = i;
      triplets.columns[e] = j;
      triplets.values[e++] = values[i + j * n]!;
    }
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => values[i * (n + 1)]!), triplets };
}

/** A symmetric matrix in the order of `names`; its levels must be exactly these. */
export function inOrderOf(names: readonly string[], read: SymmetricTable, what: string): Matrix {
  const matrix = read.kind === "dense" ? read.matrix : toDense(read);
  const placeOf = new Map(read.levels.map((level, i) => [level, i] as const));
  const absent = names.filter((name) => !placeOf.has(name));
  const extra = read.levels.filter((level) => !names.includes(level));
  if (absent.length > 0 || extra.length > 0) {
    const close = absent.length > 0 ? nearest(absent[0]!, read.levels) : null;
    throw new HendersonError(
      "genetics/gamma",
      absent.length > 0
        ? `${what} has no row for the ${absent.length === 1 ? "group" : "groups"} ${quoteValues(absent)}`
        : `${what} has rows for ${quoteValues(extra)}, which ${extra.length === 1 ? "is" : "are"} not among the groups`,
      {
        hint:
          close === null
            ? `its levels are ${quoteValues(read.levels)}`
            : `did you mean ${quoteValue(close)}?`,
      },
    );
  }
  const n = names.length;
  const result = createMatrix(n, n);
  names.forEach((column, j) => {
    names.forEach((row, i) => {
      result.values[i + j * n] = matrix.values[placeOf.get(row)! + placeOf.get(column)! * n]!;
    });
  });
  return result;
}
