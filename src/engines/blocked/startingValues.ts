import { invertInPlace } from "../../linalg/smallInverse.ts";
import type { Criterion, Model } from "../../model/model.ts";
import type { Factor } from "../factors.ts";
import type { ReducedResponse } from "../response.ts";
import { approximateVariances } from "./approximateVariances.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import { leafStatistics } from "./leafStatistics.ts";
import { startingPhi } from "./startingPhi.ts";

/**
 * Moment starts for crossed factors. With intercepts only: the sums of squares within each factor and in total,
 * linear in all variances (Gao & Owen 2017); otherwise every factor as if it were alone.
 */
export function crossedStartingPhis(
  model: Model,
  factors: readonly Factor[],
  statistics: CrossedStatistics,
  reduced: ReducedResponse,
  criterion: Criterion,
): Float64Array[] {
  const n = model.response.length;
  const p = model.fixed.basis.columns;
  if (factors.every((f) => f.width === 1 && f.columns[0] === null) && model.weights === undefined) {
    const variances = withinVariances(statistics, n, reduced.sumOfSquares);
    if (variances) return variances;
  }
  return factors.map((factor) => {
    const leaf = leafStatistics(factor, model.fixed.basis.values, p, reduced.residual, model.weights);
    return startingPhi(leaf, model.fixed.crossproduct.values, reduced.sumOfSquares, n, criterion);
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
