import { createMatrix } from "../../linalg/matrix.ts";
import { invertInPlace } from "../../linalg/smallInverse.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import type { Model } from "../../model/model.ts";
import type { ReducedResponse } from "../response.ts";
import { approximateVariances } from "./approximateVariances.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import type { Factor } from "./factors.ts";
import { type Leaf, leafStatistics } from "./leaf.ts";

/**
 * A moment start for the Phi of one factor: with A the average A_j, E[t t'] = sigma2 (A + A Phi A) for
 * t_j = Z_j' r, so Phi = A^-1 (mean t t' / sigma2 - A) A^-1, where sigma2 is what is left within levels.
 * Negative directions are raised to a small positive variance, so that the search starts inside.
 *
 * @param sumOfSquares r'Wr of the least-squares residual
 */
export function startingPhi(leaf: Leaf, sumOfSquares: number, n: number): Float64Array {
  const S = leaf.width;
  const m = leaf.columns;
  const average = new Float64Array(S * S);
  const tt = new Float64Array(S * S);
  const own = new Float64Array(S * S);
  const pivots = new Int32Array(S);
  let between = 0;
  let rank = 0;
  for (let j = 0; j < leaf.levels; j++) {
    const at = j * S * S;
    const bt = j * S * m + (m - 1) * S;
    for (let i = 0; i < S * S; i++) {
      average[i]! += leaf.a[at + i]!;
      own[i] = leaf.a[at + i]!;
    }
    let size = 0;
    for (let s = 0; s < S; s++) {
      size += own[s + s * S]!;
      for (let c = 0; c < S; c++) tt[s + c * S]! += leaf.b[bt + s]! * leaf.b[bt + c]!;
    }
    // A ridge of rounding size keeps levels with few records from being singular.
    for (let s = 0; s < S; s++) own[s + s * S]! += 1e-10 * size;
    if (invertInPlace(S, own, pivots) > 0) {
      for (let s = 0; s < S; s++) {
        for (let c = 0; c < S; c++) between += leaf.b[bt + s]! * own[s + c * S]! * leaf.b[bt + c]!;
      }
      rank += S;
    }
  }
  const total = sumOfSquares / n;
  const left = n - rank;
  const within = left > 0 ? (sumOfSquares - between) / left : 0;
  const sigma2 = Math.max(within, 0.05 * total) || 1;
  for (let i = 0; i < S * S; i++) {
    average[i]! /= leaf.levels;
    tt[i] = tt[i]! / leaf.levels / sigma2 - average[i]!;
  }
  const inverse = Float64Array.from(average);
  for (let s = 0; s < S; s++) inverse[s + s * S]! += 1e-8 * average[s + s * S]!;
  invertInPlace(S, inverse, pivots);
  const phi = createMatrix(S, S);
  for (let a = 0; a < S; a++) {
    for (let b = 0; b < S; b++) {
      let sum = 0;
      for (let i = 0; i < S; i++) {
        for (let j = 0; j < S; j++) sum += inverse[a + i * S]! * tt[i + j * S]! * inverse[j + b * S]!;
      }
      phi.values[a + b * S] = sum;
    }
  }
  return raised(phi.values, average, S);
}

/** Phi with every eigenvalue, in units of the information A, at least 0.02. */
function raised(phi: Float64Array, average: Float64Array, S: number): Float64Array {
  const scale = new Float64Array(S);
  // a column of zeros has no information and no scale
  for (let s = 0; s < S; s++) scale[s] = average[s + s * S]! > 0 ? Math.sqrt(average[s + s * S]!) : 1;
  const scaled = createMatrix(S, S);
  for (let a = 0; a < S; a++) {
    for (let b = 0; b < S; b++) {
      scaled.values[a + b * S] = 0.5 * (phi[a + b * S]! + phi[b + a * S]!) * scale[a]! * scale[b]!;
    }
  }
  const { values, vectors } = symmetricEigen(scaled);
  const out = new Float64Array(S * S);
  for (let c = 0; c < S; c++) {
    const value = Math.max(values[c]!, 0.02 * Math.max(1, values[S - 1]!));
    for (let a = 0; a < S; a++) {
      for (let b = 0; b < S; b++) {
        out[a + b * S]! +=
          (value * vectors.values[a + c * S]! * vectors.values[b + c * S]!) / (scale[a]! * scale[b]!);
      }
    }
  }
  return out;
}

/**
 * Moment starts for crossed factors. With intercepts only: the sums of squares within each factor and in total,
 * linear in all variances (Gao & Owen 2017); otherwise every factor as if it were alone.
 */
export function crossedStartingPhis(
  model: Model,
  factors: readonly Factor[],
  statistics: CrossedStatistics,
  reduced: ReducedResponse,
): Float64Array[] {
  const n = model.response.length;
  const p = model.fixed.basis.columns;
  if (factors.every((f) => f.width === 1 && f.columns[0] === null) && model.weights === undefined) {
    const variances = withinVariances(statistics, n, reduced.sumOfSquares);
    if (variances) return variances;
  }
  return factors.map((factor) => {
    const leaf = leafStatistics(factor, model.fixed.basis.values, p, reduced.residual, model.weights);
    return startingPhi(leaf, reduced.sumOfSquares, n);
  });
}

/** K + 1 equations: for each k, y'y - sum_i y_i.^2 / n_i, and the total; null when they are singular. */
function withinVariances(
  statistics: CrossedStatistics,
  n: number,
  sumOfSquares: number,
): Float64Array[] | null {
  const K = statistics.factors.length;
  const size = K + 1;
  const totals = levelTotals(statistics);
  const cells = sharedCells(statistics, totals);
  const a = new Float64Array(size * size);
  const b = new Float64Array(size);
  for (let k = 0; k < K; k++) {
    const { counts, sums } = totals[k]!;
    let between = 0;
    let squares = 0;
    for (let l = 0; l < sums.length; l++) {
      if (counts[l]! > 0) between += sums[l]! ** 2 / counts[l]!;
      squares += counts[l]! ** 2;
    }
    b[k] = sumOfSquares - between;
    for (let l = 0; l < K; l++) a[k + l * size] = l === k ? 0 : n - cells[k + l * K]!;
    a[k + K * size] = n - sums.length;
    a[K + k * size] = n - squares / n;
  }
  a[K + K * size] = n - 1;
  b[K] = sumOfSquares;
  if (invertInPlace(size, a, new Int32Array(size)) === 0) return null;
  const solution = new Float64Array(size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) solution[i]! += a[i + j * size]! * b[j]!;
  const sigma2 = Math.max(solution[K]!, 0.05 * (sumOfSquares / n));
  if (!(sigma2 > 0)) return null;
  const moments = Array.from({ length: K }, (_, k) => Math.max(solution[k]! / sigma2, 1e-3));
  const counts = totals.map((total) => total.counts);
  const refined = approximateVariances(statistics, counts, sumOfSquares, n, moments) ?? moments;
  return refined.map((value) => Float64Array.of(value));
}

interface LevelTotals {
  /** n_i */
  readonly counts: Float64Array;
  /** y_i. */
  readonly sums: Float64Array;
}

/** Counts and response sums per level of factors of intercepts. */
function levelTotals(statistics: CrossedStatistics): LevelTotals[] {
  const { factors, starts, leaf, base, fixedColumns: p } = statistics;
  const m = p + 1;
  const diagonal = new Float64Array(statistics.randomSize);
  for (let b = 0; b < base.count; b++) {
    if (base.row[b] === base.column[b]) diagonal[base.row[b]!] = base.values[base.offset[b]!]!;
  }
  return factors.map((_, f) => {
    const at = starts[f]!;
    const tails = f === 0 ? leaf.tails : base.tails;
    const sums = new Float64Array(at.length);
    const counts = new Float64Array(at.length);
    for (let l = 0; l < sums.length; l++) {
      sums[l] = tails[at[l]! * m + p]!;
      counts[l] = f === 0 ? leaf.a[l]! : diagonal[at[l]!]!;
    }
    return { counts, sums };
  });
}

/** sum over cells (i, j) of n_ij^2 / n_i for each two factors k and l, at k + l * K. */
function sharedCells(statistics: CrossedStatistics, totals: readonly LevelTotals[]): Float64Array {
  const { factors, factorAt, starts, leaf, base } = statistics;
  const K = factors.length;
  const out = new Float64Array(K * K);
  const countAt = new Float64Array(statistics.randomSize);
  for (let f = 1; f < K; f++) {
    const { counts } = totals[f]!;
    for (let l = 0; l < counts.length; l++) countAt[starts[f]![l]!] = counts[l]!;
  }
  for (let j = 0; j < leaf.levels; j++) {
    for (let q = leaf.pointers[j]!; q < leaf.pointers[j + 1]!; q++) {
      const position = leaf.rows[q]!;
      const f = factorAt[position]!;
      const square = leaf.values[q]! ** 2;
      out[f * K]! += square / leaf.a[j]!;
      out[f]! += square / countAt[position]!;
    }
  }
  for (let b = 0; b < base.count; b++) {
    const row = base.row[b]!;
    const column = base.column[b]!;
    if (row === column) continue;
    const square = base.values[base.offset[b]!]! ** 2;
    const k = base.rowFactor[b]!;
    const l = base.columnFactor[b]!;
    out[k + l * K]! += square / countAt[row]!;
    out[l + k * K]! += square / countAt[column]!;
  }
  return out;
}
