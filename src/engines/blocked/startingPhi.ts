// A moment start for the Phi of one factor. With t_j = Z_j' r of the least-squares residual r,
// E[t_j t_j'] = sigma2 (A_j + A_j Phi A_j) but for what the fixed effects took, so Phi solves
//
//   sum_j A_j Phi A_j = (J / J*) sum_j t_j t_j' / sigma2 - sum_j A_j,
//
// linear in Phi; sigma2 is what is left within levels. REML knows what was taken: with C = sum B_j'A_j^-1 B_j the
// fixed effects lie between levels with l = tr (X~'X~)^-1 C of their p dimensions, J* = J - l / S, and within them with
// the rest. In balanced designs these are the REML (ML: with J* = J) estimates themselves.

import { cutDoubles } from "../../linalg/cutDoubles.ts";
import { createMatrix } from "../../linalg/matrix.ts";
import { choleskyOf, solveCholesky } from "../../linalg/smallCholesky.ts";
import { invertInPlace } from "../../linalg/smallInverse.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import type { Criterion } from "../../model/model.ts";
import type { Leaf } from "./leaf.ts";

/** Below this part of its size what is left of a level's A_j is rounding. */
const SINGULAR = 1e-10;
/** Smallest starting variance, in units of the information: the search starts inside. */
const SMALLEST = 0.02;

/**
 * Phi of a factor from the sums of its levels; negative directions are raised to a small positive variance.
 *
 * @param crossproduct   X~'W X~, p x p
 * @param sumOfSquares   r'Wr of the least-squares residual
 * @param n   number of records
 * @param memory   for the sums over levels; made where it is not given
 */
export function startingPhi(
  leaf: Leaf,
  crossproduct: Float64Array,
  sumOfSquares: number,
  n: number,
  criterion: Criterion,
  memory: MomentMemory = cutDoubles(momentLengths(leaf.width, leaf.columns)) as MomentMemory,
): Float64Array {
  const { levels: J, width: S, columns: m } = leaf;
  const sums = levelSums(leaf, memory);
  const between = sums.projected[m * m - 1]!;
  const p = m - 1;
  const lost = criterion === "REML" ? dimensionsBetween(sums.projected, crossproduct, p) : 0;
  const left = n - sums.rank - (criterion === "REML" ? p - lost : 0);
  const within = left > 0 ? (sumOfSquares - between) / left : 0;
  // few degrees of freedom may leave next to nothing by chance
  const sigma2 = Math.max(within, (0.05 * sumOfSquares) / (n * (1 + Math.max(left, 0)))) || 1;
  const factor = J / Math.max(J - lost / S, 1) / sigma2;
  const side = sums.tt;
  for (let i = 0; i < S * S; i++) side[i] = factor * side[i]! - sums.own[i]!;
  const phi = solved(sums.equations, side, S);
  for (let i = 0; i < S * S; i++) sums.own[i]! /= J;
  return raised(phi, sums.own, S);
}

interface LevelSums {
  /** sum A_j */
  readonly own: Float64Array;
  /** sum t_j t_j' */
  readonly tt: Float64Array;
  /** sum A_j Phi A_j as a matrix on the lower triangles of Phi, by columns */
  readonly equations: Float64Array;
  /** sum B_j'A_j^-1 B_j, lower triangle: what of [X~ r] lies between levels */
  readonly projected: Float64Array;
  /** dimensions of the levels' columns together */
  readonly rank: number;
}

/** Zeroed arrays of the sums, and scratch for A_j^-1 and A_j^-1 B_j. */
export type MomentMemory = [
  own: Float64Array,
  tt: Float64Array,
  equations: Float64Array,
  projected: Float64Array,
  inverse: Float64Array,
  solved: Float64Array,
];

/** Lengths of the arrays of `MomentMemory`, for a leaf of S columns and m = p + 1. */
export function momentLengths(S: number, m: number): number[] {
  const size = (S * (S + 1)) / 2;
  return [S * S, S * S, size * size, m * m, S * S, S * m];
}

function levelSums({ levels, width: S, columns: m, a, b }: Leaf, memory: MomentMemory): LevelSums {
  const square = S * S;
  const [own, tt, equations, projected, inverse, solvedB] = memory;
  const pivots = new Int32Array(S);
  let rank = 0;
  for (let j = 0; j < levels; j++) {
    if (S === 2) {
      addPair(a, b, j, m, own, tt, equations);
      rank += invertLevel(a, j * square, S, inverse, pivots);
      addProjectedPair(b, 2 * j * m, m, inverse, projected);
      continue;
    }
    const at = j * square;
    const bt = j * S * m;
    const response = bt + S * (m - 1);
    let entry = 0;
    for (let c = 0; c < S; c++) {
      const tc = b[response + c]!;
      const column = at + c * S;
      for (let s = 0; s < S; s++) {
        own[s + c * S]! += a[column + s]!;
        tt[s + c * S]! += b[response + s]! * tc;
      }
      for (let d = c; d < S; d++) {
        const other = at + d * S;
        for (let e = 0; e < S; e++) {
          for (let f = e; f < S; f++, entry++) {
            const mirrored = c === d ? 0 : a[other + e]! * a[column + f]!;
            equations[entry]! += a[column + e]! * a[other + f]! + mirrored;
          }
        }
      }
    }
    rank += invertLevel(a, at, S, inverse, pivots);
    for (let k = 0; k < m; k++) {
      for (let s = 0; s < S; s++) {
        let sum = 0;
        for (let c = 0; c < S; c++) sum += inverse[s + c * S]! * b[bt + k * S + c]!;
        solvedB[k * S + s] = sum;
      }
      for (let i = 0; i <= k; i++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += b[bt + i * S + s]! * solvedB[k * S + s]!;
        projected[k + i * m]! += sum;
      }
    }
  }
  return { own, tt, equations, projected, rank };
}

/** Adds level j of intercepts and slopes to the sums of A, t t' and the equations, as the loops above do for any width. */
function addPair(
  a: Float64Array,
  b: Float64Array,
  j: number,
  m: number,
  own: Float64Array,
  tt: Float64Array,
  equations: Float64Array,
): void {
  const x = a[4 * j]!;
  const y = a[4 * j + 1]!;
  const z = a[4 * j + 3]!;
  const t = b[2 * (j + 1) * m - 2]!;
  const u = b[2 * (j + 1) * m - 1]!;
  own[0]! += x;
  own[1]! += y;
  own[2]! += y;
  own[3]! += z;
  tt[0]! += t * t;
  tt[1]! += u * t;
  tt[2]! += t * u;
  tt[3]! += u * u;
  equations[0]! += x * x;
  equations[1]! += x * y;
  equations[2]! += y * y;
  equations[3]! += 2 * x * y;
  equations[4]! += x * z + y * y;
  equations[5]! += 2 * y * z;
  equations[6]! += y * y;
  equations[7]! += y * z;
  equations[8]! += z * z;
}

/** projected += B'A^-1 B, lower triangle, for the 2 x m block of a level. */
function addProjectedPair(
  b: Float64Array,
  at: number,
  m: number,
  inverse: Float64Array,
  projected: Float64Array,
): void {
  const [x, y, z] = [inverse[0]!, inverse[1]!, inverse[3]!];
  for (let k = 0; k < m; k++) {
    const b0 = b[at + 2 * k]!;
    const b1 = b[at + 2 * k + 1]!;
    const s0 = x * b0 + y * b1;
    const s1 = y * b0 + z * b1;
    for (let i = 0; i <= k; i++) projected[k + i * m]! += b[at + 2 * i]! * s0 + b[at + 2 * i + 1]! * s1;
  }
}

/** A generalized inverse of A_j, good for sums that lie in its range; returns its rank. */
function invertLevel(
  a: Float64Array,
  at: number,
  S: number,
  inverse: Float64Array,
  pivots: Int32Array,
): number {
  let trace = 0;
  for (let s = 0; s < S; s++) trace += a[at + s * (S + 1)]!;
  for (let i = 0; i < S * S; i++) inverse[i] = trace > 0 ? a[at + i]! : 0;
  if (!(trace > 0)) return 0;
  if (S === 2) {
    const determinant = a[at]! * a[at + 3]! - a[at + 1]! ** 2;
    const regular = determinant > SINGULAR * a[at]! * a[at + 3]!;
    // A of rank one is a square, and x'A+ x = x'x / tr A in its range
    const scale = 1 / (regular ? determinant : trace);
    inverse[0] = regular ? a[at + 3]! * scale : scale;
    inverse[3] = regular ? a[at]! * scale : scale;
    inverse[1] = regular ? -a[at + 1]! * scale : 0;
    inverse[2] = inverse[1]!;
    return regular ? 2 : 1;
  }
  // a ridge of rounding size keeps levels with few records from being singular
  if (S > 1) for (let s = 0; s < S; s++) inverse[s * (S + 1)]! += SINGULAR * trace;
  invertInPlace(S, inverse, pivots);
  return S;
}

/** tr (X~'X~)^-1 C over the fixed columns: as many of their dimensions as lie between levels. */
function dimensionsBetween(projected: Float64Array, crossproduct: Float64Array, p: number): number {
  if (p === 0) return 0;
  const m = p + 1;
  const cholesky = choleskyOf(crossproduct, p);
  const column = new Float64Array(p);
  let trace = 0;
  for (let k = 0; k < p; k++) {
    for (let i = 0; i < p; i++) column[i] = projected[i < k ? k + i * m : i + k * m]!;
    solveCholesky(cholesky, p, column);
    trace += column[k]!;
  }
  return trace;
}

/** The symmetric Phi with sum A Phi A = side; zero where the equations are singular. */
function solved(equations: Float64Array, side: Float64Array, S: number): Float64Array {
  const size = (S * (S + 1)) / 2;
  const out = new Float64Array(S * S);
  for (let i = 0; i < size; i++) equations[i * (size + 1)]! *= 1 + 1e-14;
  if (invertInPlace(size, equations, new Int32Array(size)) === 0) return out;
  for (let c = 0, column = 0; c < S; c++) {
    for (let d = c; d < S; d++, column++) {
      let sum = 0;
      for (let e = 0, row = 0; e < S; e++) {
        for (let f = e; f < S; f++, row++) sum += equations[column + row * size]! * side[f + e * S]!;
      }
      out[d + c * S] = sum;
      out[c + d * S] = sum;
    }
  }
  return out;
}

/** Phi with eigenvalues, in units of the information A, below SMALLEST raised to it (of the largest, where that is above one). */
function raised(phi: Float64Array, average: Float64Array, S: number): Float64Array {
  const scale = new Float64Array(S);
  // a column of zeros has no information and no scale
  for (let s = 0; s < S; s++) scale[s] = average[s * (S + 1)]! > 0 ? Math.sqrt(average[s * (S + 1)]!) : 1;
  const scaled = createMatrix(S, S);
  for (let a = 0; a < S; a++) {
    for (let b = 0; b < S; b++) scaled.values[a + b * S] = phi[a + b * S]! * scale[a]! * scale[b]!;
  }
  const { values, vectors } = symmetricEigen(scaled);
  const least = SMALLEST * Math.max(1, values[S - 1]!);
  const out = new Float64Array(S * S);
  for (let c = 0; c < S; c++) {
    const value = values[c]! < SMALLEST ? least : values[c]!;
    for (let a = 0; a < S; a++) {
      for (let b = 0; b < S; b++) {
        out[a + b * S]! +=
          (value * vectors.values[a + c * S]! * vectors.values[b + c * S]!) / (scale[a]! * scale[b]!);
      }
    }
  }
  return out;
}
