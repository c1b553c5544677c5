/*
 * The box as an integral over the unit cube (Genz 1992, J. Comp. Graph. Stat. 1, 141-149; Genz and Kwong 2000, J. Statist. Comput.
 * Simul. 68, 1-21 for singular correlations): with R = L L', T = L y / S, each y_i is drawn within the bounds that those before it leave.
 * Coordinates whose last coefficient in L is the same bound the same y_i.
 */
import type { Box } from "./box.ts";
import { normalInterval } from "./normalInterval.ts";
import { tabulateUpperNormal } from "./tabulatedNormal.ts";
import { wichuraQuantile } from "./wichuraQuantile.ts";

/** Variances that are left below this are none. */
const rankTolerance = 1e-9;

/** A factor of the correlation with its coordinates in the order in which they are drawn. */
interface OrderedFactor {
  readonly rank: number;
  /** constraints on y_i: rows from starts[i] to starts[i + 1] */
  readonly starts: Int32Array;
  /** coefficients of the constraints on earlier y, divided by that on the last; row c has length rank */
  readonly coefficients: Float64Array;
  /** bounds divided by the last coefficient, exchanged where that is negative */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Rows of L with R = L L', in the order of the coordinates; columns from `rank` on are zero. */
export interface CorrelationFactor {
  readonly rank: number;
  readonly rows: readonly Float64Array[];
}

/** The constraints that the factor of a box puts on its y. */
export function orderedFactor(box: Box, factor: CorrelationFactor): OrderedFactor {
  return constraints(box, factor.rows, factor.rank, Math.sqrt(rankTolerance));
}

/**
 * The pivoted Cholesky factor; first come coordinates that are least likely to be within their bounds given the expected values
 * of those before (Gibson, Glasbey and Elston 1994; Genz and Bretz 2009, section 4.1.3).
 *
 * @returns null where the matrix is not positive semidefinite
 */
export function correlationFactor(box: Box): CorrelationFactor | null {
  const tolerance = rankTolerance;
  const d = box.lower.length;
  const rows = Array.from({ length: d }, () => new Float64Array(d));
  const order = Int32Array.from({ length: d }, (_, i) => i);
  const variance = new Float64Array(d).fill(1);
  const expected: number[] = [];
  let rank = 0;
  for (; rank < d; rank++) {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    let bestLow = 0;
    let bestHigh = 0;
    for (let a = rank; a < d; a++) {
      const j = order[a]!;
      if (variance[j]! < -tolerance) return null;
      if (variance[j]! <= tolerance) continue;
      let mean = 0;
      for (let i = 0; i < rank; i++) mean += rows[j]![i]! * expected[i]!;
      const sd = Math.sqrt(variance[j]!);
      const low = (box.lower[j]! - mean) / sd;
      const high = (box.upper[j]! - mean) / sd;
      const inside = normalInterval(low, high);
      if (inside < least) {
        least = inside;
        best = a;
        bestLow = low;
        bestHigh = high;
      }
    }
    if (best === -1) break;
    const j = order[best]!;
    order[best] = order[rank]!;
    order[rank] = j;
    const pivot = Math.sqrt(variance[j]!);
    rows[j]![rank] = pivot;
    for (let a = rank + 1; a < d; a++) {
      const i = order[a]!;
      let value = box.correlation[i + j * d]!;
      for (let l = 0; l < rank; l++) value -= rows[i]![l]! * rows[j]![l]!;
      rows[i]![rank] = value / pivot;
      variance[i]! -= (value / pivot) ** 2;
    }
    expected.push(truncatedMean(bestLow, bestHigh, least));
  }
  return reproduces(rows, box.correlation, d, rank) ? { rank, rows } : null;
}

/** A matrix that is not semidefinite may have zero residual variances and yet other covariances. */
function reproduces(
  rows: readonly Float64Array[],
  correlation: Float64Array,
  d: number,
  rank: number,
): boolean {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      let value = 0;
      for (let l = 0; l < rank; l++) value += rows[i]![l]! * rows[j]![l]!;
      if (Math.abs(value - correlation[i + j * d]!) > 1e-6) return false;
    }
  }
  return true;
}

function constraints(
  box: Box,
  rows: readonly Float64Array[],
  rank: number,
  tolerance: number,
): OrderedFactor {
  const d = rows.length;
  const bound: number[][] = Array.from({ length: rank }, () => []);
  rows.forEach((row, j) => {
    let last = rank - 1;
    while (last > 0 && Math.abs(row[last]!) <= tolerance) last -= 1;
    bound[last]!.push(j);
  });
  const starts = new Int32Array(rank + 1);
  const coefficients = new Float64Array(d * rank);
  const lower = new Float64Array(d);
  const upper = new Float64Array(d);
  let c = 0;
  bound.forEach((members, i) => {
    starts[i] = c;
    for (const j of members) {
      const last = rows[j]![i]!;
      for (let l = 0; l < i; l++) coefficients[c * rank + l] = rows[j]![l]! / last;
      lower[c] = (last > 0 ? box.lower[j]! : box.upper[j]!) / last;
      upper[c] = (last > 0 ? box.upper[j]! : box.lower[j]!) / last;
      c += 1;
    }
  });
  starts[rank] = c;
  return { rank, starts, coefficients, lower, upper };
}

/** E(Z | low < Z < high) */
function truncatedMean(low: number, high: number, inside: number): number {
  if (!(inside > 1e-280)) return Math.abs(low) < Math.abs(high) ? low : high;
  return (Math.exp(-0.5 * low * low) - Math.exp(-0.5 * high * high)) / (inside * Math.sqrt(2 * Math.PI));
}

/** The integrand at a point of the cube. */
interface Integrand {
  /**
   * @param scale S, which multiplies the bounds
   * @param cube  numbers in [0, 1], of which rank - 1 count from `offset` on
   */
  evaluate(scale: number, cube: Float64Array, offset: number): void;
  /** the probability that all y are within their bounds, after `evaluate` */
  inside(): number;
  /** its complement, summed from the tails */
  outside(): number;
}

/** The integrand of a factor, which keeps its own work space. */
export function integrandOf(factor: OrderedFactor): Integrand {
  const { rank, starts, coefficients, lower, upper } = factor;
  const y = new Float64Array(rank);
  const upperTail = tabulateUpperNormal();
  let inside = 1;
  let outside = 0;
  const evaluate = (scale: number, cube: Float64Array, offset: number): void => {
    inside = 1;
    outside = 0;
    for (let i = 0; i < rank; i++) {
      let low = Number.NEGATIVE_INFINITY;
      let high = Number.POSITIVE_INFINITY;
      for (let c = starts[i]!; c < starts[i + 1]!; c++) {
        let earlier = 0;
        const row = c * rank;
        for (let l = 0; l < i; l++) earlier += coefficients[row + l]! * y[l]!;
        const from = scale * lower[c]! - earlier;
        const to = scale * upper[c]! - earlier;
        if (from > low) low = from;
        if (to < high) high = to;
      }
      if (!(low < high)) {
        inside = 0;
        outside = 1;
        return;
      }
      // turned so that nothing is subtracted from one: the nearer bound is at or below zero
      const turned = low > 0;
      const a = turned ? -high : low;
      const b = turned ? -low : high;
      const below = upperTail(-a);
      const above = b < 0 ? 1 - upperTail(-b) : upperTail(b);
      const within = b < 0 ? upperTail(-b) - below : 1 - below - above;
      inside *= within;
      outside += (1 - outside) * (below + above);
      if (i === rank - 1) return;
      const u = cube[offset + i]!;
      const drawn = draw(a, b, below + (turned ? 1 - u : u) * within);
      y[i] = turned ? -drawn : drawn;
    }
  };
  return { evaluate, inside: () => inside, outside: () => outside };
}

/** The normal quantile of p, within (a, b) also where p has no digits left. */
function draw(a: number, b: number, p: number): number {
  if (p < 1e-300) return Math.max(a, Math.min(b, -37));
  if (p > 1 - 1e-15) return Math.min(b, 8);
  return wichuraQuantile(p);
}
