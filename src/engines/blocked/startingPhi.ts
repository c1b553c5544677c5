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
import { choleskyInPlace, choleskyOf, solveCholesky } from "../../linalg/smallCholesky.ts";
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
 */
export function startingPhi(
  leaf: Leaf,
  crossproduct: Float64Array,
  sumOfSquares: number,
  n: number,
  criterion: Criterion,
): Float64Array {
  const { levels: J, width: S, columns: m } = leaf;
  const sums = S === 2 ? pairSums(leaf) : levelSums(leaf);
  const between = sums.projected[m * m - 1]!;
  const p = m - 1;
  const lost = criterion === "REML" ? dimensionsBetween(sums.projected, crossproduct, p) : 0;
  const left = n - sums.rank - (criterion === "REML" ? p - lost : 0);
  const within = left > 0 ? (sumOfSquares - between) / left : 0;
  const sigma2 = Math.max(within, 0.05 * (sumOfSquares / n)) || 1;
  const factor = J / Math.max(J - lost / S, 1) / sigma2;
  const side = sums.tt;
  for (let i = 0; i < S * S; i++) side[i] = factor * side[i]! - sums.own[i]!;
  const phi = solved(sums.kronecker, side, S);
  for (let i = 0; i < S * S; i++) sums.own[i]! /= J;
  return raised(phi, sums.own, S);
}

interface LevelSums {
  /** sum A_j */
  readonly own: Float64Array;
  /** sum t_j t_j' */
  readonly tt: Float64Array;
  /** sum A_j[a,c] A_j[b,d] at a + S (b + S (c + S d)) */
  readonly kronecker: Float64Array;
  /** sum B_j'A_j^-1 B_j, lower triangle: what of [X~ r] lies between levels */
  readonly projected: Float64Array;
  /** dimensions of the levels' columns together */
  readonly rank: number;
}

function levelSums({ levels, width: S, columns: m, a, b }: Leaf): LevelSums {
  const square = S * S;
  const [own, tt, kronecker, projected, inverse, solvedB] = cutDoubles([
    square,
    square,
    square * square,
    m * m,
    square,
    S * m,
  ]) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const pivots = new Int32Array(S);
  let rank = 0;
  for (let j = 0; j < levels; j++) {
    const at = j * square;
    const bt = j * S * m;
    const response = bt + S * (m - 1);
    for (let c = 0; c < S; c++) {
      const tc = b[response + c]!;
      for (let s = 0; s < S; s++) {
        own[s + c * S]! += a[at + s + c * S]!;
        tt[s + c * S]! += b[response + s]! * tc;
      }
      for (let d = 0; d < S; d++) {
        const base = square * (c + S * d);
        for (let f = 0; f < S; f++) {
          const ad = a[at + f + d * S]!;
          for (let s = 0; s < S; s++) kronecker[base + S * f + s]! += a[at + s + c * S]! * ad;
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
    }
    for (let k = 0; k < m; k++) {
      for (let i = k; i < m; i++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += b[bt + i * S + s]! * solvedB[k * S + s]!;
        projected[i + k * m]! += sum;
      }
    }
  }
  return { own, tt, kronecker, projected, rank };
}

/** A_j^-1, with a ridge of rounding size that keeps levels with few records from being singular; returns its rank. */
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
  if (S > 1) for (let s = 0; s < S; s++) inverse[s * (S + 1)]! += SINGULAR * trace;
  invertInPlace(S, inverse, pivots);
  return S;
}

/** The sums for width 2, in plain numbers. */
function pairSums({ levels, columns: m, a, b }: Leaf): LevelSums {
  const projected = new Float64Array(m * m);
  let rank = 0;
  let own11 = 0;
  let own12 = 0;
  let own22 = 0;
  let t11 = 0;
  let t12 = 0;
  let t22 = 0;
  let k1111 = 0;
  let k1112 = 0;
  let k1212 = 0;
  let k1122 = 0;
  let k1222 = 0;
  let k2222 = 0;
  for (let j = 0; j < levels; j++) {
    const a11 = a[4 * j]!;
    const a12 = a[4 * j + 1]!;
    const a22 = a[4 * j + 3]!;
    const bt = 2 * j * m;
    const t1 = b[bt + 2 * m - 2]!;
    const t2 = b[bt + 2 * m - 1]!;
    own11 += a11;
    own12 += a12;
    own22 += a22;
    t11 += t1 * t1;
    t12 += t1 * t2;
    t22 += t2 * t2;
    k1111 += a11 * a11;
    k1112 += a11 * a12;
    k1212 += a12 * a12;
    k1122 += a11 * a22;
    k1222 += a12 * a22;
    k2222 += a22 * a22;
    const trace = a11 + a22;
    if (!(trace > 0)) continue;
    const determinant = a11 * a22 - a12 * a12;
    const regular = determinant > SINGULAR * a11 * a22;
    // A of rank one is a square, and b'A+ b = b'b / tr A in its range
    const scale = 1 / (regular ? determinant : trace);
    const v11 = regular ? a22 * scale : scale;
    const v12 = regular ? -a12 * scale : 0;
    const v22 = regular ? a11 * scale : scale;
    rank += regular ? 2 : 1;
    for (let k = 0; k < m; k++) {
      const b1 = b[bt + 2 * k]!;
      const b2 = b[bt + 2 * k + 1]!;
      const s1 = v11 * b1 + v12 * b2;
      const s2 = v12 * b1 + v22 * b2;
      for (let i = k; i < m; i++) projected[i + k * m]! += s1 * b[bt + 2 * i]! + s2 * b[bt + 2 * i + 1]!;
    }
  }
  return {
    own: Float64Array.of(own11, own12, own12, own22),
    tt: Float64Array.of(t11, t12, t12, t22),
    // biome-ignore format: four by four
    kronecker: Float64Array.of(
      k1111, k1112, k1112, k1212,
      k1112, k1122, k1212, k1222,
      k1112, k1212, k1122, k1222,
      k1212, k1222, k1222, k2222,
    ),
    projected,
    rank,
  };
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

/** The symmetric Phi with sum A Phi A = side; its diagonal alone where the equations are singular. */
function solved(kronecker: Float64Array, side: Float64Array, S: number): Float64Array {
  const size = (S * (S + 1)) / 2;
  const square = S * S;
  const [equations, out] = cutDoubles([size * size, square]) as [Float64Array, Float64Array];
  for (let c = 0, column = 0; c < S; c++) {
    for (let d = c; d < S; d++, column++) {
      for (let a = 0, row = 0; a < S; a++) {
        for (let b = a; b < S; b++, row++) {
          const value = kronecker[a + S * b + square * (c + S * d)]!;
          const mirrored = c === d ? 0 : kronecker[a + S * b + square * (d + S * c)]!;
          equations[row + column * size] = value + mirrored;
        }
      }
    }
  }
  for (let i = 0; i < size; i++) equations[i * (size + 1)]! *= 1 + 1e-14;
  const regular = invertInPlace(size, equations, new Int32Array(size)) !== 0;
  for (let c = 0, column = 0; c < S; c++) {
    for (let d = c; d < S; d++, column++) {
      let sum = 0;
      if (regular) {
        for (let a = 0, row = 0; a < S; a++) {
          for (let b = a; b < S; b++, row++) sum += equations[column + row * size]! * side[b + a * S]!;
        }
      } else if (c === d) {
        const information = kronecker[c * (1 + S) * (1 + square)]!;
        sum = information > 0 ? side[c * (S + 1)]! / information : 0;
      }
      out[d + c * S] = sum;
      out[c + d * S] = sum;
    }
  }
  return out;
}

/** Phi with every eigenvalue, in units of the information A, at least SMALLEST (of the largest, where that is above one). */
function raised(phi: Float64Array, average: Float64Array, S: number): Float64Array {
  const scale = new Float64Array(S);
  // a column of zeros has no information and no scale
  for (let s = 0; s < S; s++) scale[s] = average[s * (S + 1)]! > 0 ? Math.sqrt(average[s * (S + 1)]!) : 1;
  const scaled = createMatrix(S, S);
  let trace = 0;
  for (let a = 0; a < S; a++) {
    for (let b = 0; b < S; b++) scaled.values[a + b * S] = phi[a + b * S]! * scale[a]! * scale[b]!;
    trace += scaled.values[a * (S + 1)]!;
  }
  if (exceeds(scaled.values, SMALLEST * Math.max(1, trace), S)) return phi;
  const { values, vectors } = symmetricEigen(scaled);
  const least = SMALLEST * Math.max(1, values[S - 1]!);
  const out = new Float64Array(S * S);
  for (let c = 0; c < S; c++) {
    const value = Math.max(values[c]!, least);
    for (let a = 0; a < S; a++) {
      for (let b = 0; b < S; b++) {
        out[a + b * S]! +=
          (value * vectors.values[a + c * S]! * vectors.values[b + c * S]!) / (scale[a]! * scale[b]!);
      }
    }
  }
  return out;
}

/** Whether every eigenvalue exceeds a limit. */
function exceeds(matrix: Float64Array, limit: number, S: number): boolean {
  const shifted = matrix.slice();
  for (let s = 0; s < S; s++) shifted[s * (S + 1)]! -= limit;
  return choleskyInPlace(shifted, S);
}
