import { HendersonError } from "../base/errors.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { Arena, Kernels } from "../linalg/kernels.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { SparseLowerTriangle } from "../model/relationship.ts";
import { connectedBlocks } from "./connectedBlocks.ts";
import { lowerTriangle, type Triplets } from "./lowerTriangle.ts";
import { smallestEigenvalue } from "./smallestEigenvalue.ts";

interface InvertedMatrix {
  readonly inverse: SparseLowerTriangle;
  readonly logDeterminant: number;
}

/** More levels than this do not go through a dense matrix: it would take over 800 MB. */
const MOST_DENSE_LEVELS = 10_000;
/** A level whose variance given the others is below this part of its own is determined by them, to rounding. */
const NEAR_SINGULAR = 1e-10;

/**
 * K^-1 and log|K| of a symmetric matrix, block by block where levels fall into unrelated blocks.
 *
 * @param what   how messages call the matrix: "the matrix of 'A'"
 * @throws HendersonError "genetics/not-positive-definite" and "genetics/near-singular" with the smallest
 *   eigenvalue, "genetics/too-large", "linalg/memory"
 */
export function invertDense(
  matrix: Matrix,
  what: string,
  hint: string,
  kernels: Kernels = chooseKernels(),
): InvertedMatrix {
  const n = matrix.rows;
  requireDenseSize(n, what);
  const { order, starts } = connectedBlocks(n, (visit) => {
    for (let j = 0; j < n; j++) {
      for (let i = j + 1; i < n; i++) if (matrix.values[i + j * n] !== 0) visit(i, j);
    }
  });
  let entries = 0;
  let widest = 0;
  for (let b = 0; b + 1 < starts.length; b++) {
    const width = starts[b + 1]! - starts[b]!;
    entries += (width * (width - 1)) / 2;
    widest = Math.max(widest, width);
  }
  const triplets = {
    count: 0,
    rows: new Int32Array(entries),
    columns: new Int32Array(entries),
    values: new Float64Array(entries),
  };
  const diagonal = new Float64Array(n);
  const arena = kernels.createArena(widest * widest, 0);
  const at = arena.doubles(widest * widest);
  let logDeterminant = 0;
  for (let b = 0; b + 1 < starts.length; b++) {
    const members = order.subarray(starts[b]!, starts[b + 1]!);
    const width = members.length;
    loadBlock(matrix, members, arena, at);
    const status = arena.potrf(width, at, width);
    if (status > 0) throw indefinite(matrix, what, hint);
    for (let j = 0; j < width; j++) {
      const square = arena.f64[at + j * (width + 1)]! ** 2;
      if (!(square > NEAR_SINGULAR * matrix.values[members[j]! * (n + 1)]!)) {
        throw nearSingular(matrix, what, hint);
      }
      logDeterminant += Math.log(square);
    }
    arena.potri(width, at, width);
    storeBlock(arena, at, members, diagonal, triplets);
  }
  return { inverse: lowerTriangle(diagonal, triplets), logDeterminant };
}

/** Refuses a matrix that memory would not hold. */
export function requireDenseSize(size: number, what: string): void {
  if (size <= MOST_DENSE_LEVELS) return;
  throw new HendersonError(
    "genetics/too-large",
    `${what} has ${size} levels; dense matrices are taken up to ${MOST_DENSE_LEVELS}`,
    { hint: "give the sparse inverse (inverse:FILE), or leave out levels that are not needed" },
  );
}

function loadBlock(matrix: Matrix, members: Int32Array, { f64 }: Arena, at: number): void {
  const n = matrix.rows;
  const width = members.length;
  for (let j = 0; j < width; j++) {
    for (let i = j; i < width; i++) {
      f64[at + i + j * width] = matrix.values[members[i]! + members[j]! * n]!;
    }
  }
}

interface GrowingTriplets extends Triplets {
  count: number;
}

function storeBlock(
  { f64 }: Arena,
  at: number,
  members: Int32Array,
  diagonal: Float64Array,
  triplets: GrowingTriplets,
): void {
  const width = members.length;
  for (let j = 0; j < width; j++) {
    diagonal[members[j]!] = f64[at + j * (width + 1)]!;
    for (let i = j + 1; i < width; i++) {
      triplets.rows[triplets.count] = Math.max(members[i]!, members[j]!);
      triplets.columns[triplets.count] = Math.min(members[i]!, members[j]!);
      triplets.values[triplets.count++] = f64[at + i + j * width]!;
    }
  }
}

function indefinite(matrix: Matrix, what: string, hint: string): HendersonError {
  const smallest = smallestOf(matrix);
  const largest = matrix.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const text = Math.abs(smallest) < 1e-13 * matrix.rows * largest ? "zero" : smallest.toPrecision(4);
  return new HendersonError(
    "genetics/not-positive-definite",
    `${what} is not positive definite: its smallest eigenvalue is ${text}`,
    { hint },
  );
}

function nearSingular(matrix: Matrix, what: string, hint: string): HendersonError {
  const smallest = smallestOf(matrix);
  return new HendersonError(
    "genetics/near-singular",
    `${what} is singular to rounding: its smallest eigenvalue is ${smallest.toPrecision(4)}`,
    { hint },
  );
}

function smallestOf({ rows: n, values }: Matrix): number {
  return smallestEigenvalue(n, (x) => {
    const y = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      const scale = x[j]!;
      for (let i = 0; i < n; i++) y[i]! += values[i + j * n]! * scale;
    }
    return y;
  });
}
