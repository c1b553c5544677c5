// Restricted maximum likelihood by hand: at the optimum u_f'u_f / sigma2 = q_f lambda_f - tr C^ff for every factor f
// (Harville 1977, JASA 72, 320-338; as a fixed point, Schall 1991, Biometrika 78, 719-727). Here u comes from a few
// sweeps of backfitting, and C^ff from the diagonal of the Schur complements, with X~ left out of both: good for a
// start within a hundredth of a unit of the criterion, at the price of a fraction of one factorization.

import type { CrossedStatistics } from "./crossedStatistics.ts";
import { type CrossProducts, crossProducts } from "./crossProducts.ts";

/** Sweeps of backfitting for each update of the variances. */
const SWEEPS = 2;
const UPDATES = 4;
/** Relative variances stay between these. */
const FLOOR = 1e-3;
const LARGEST = 1e6;
/** Backfitting creeps where other factors explain more than this part of one, as schools explain their districts. */
const SEPARABLE = 0.5;

interface Backfit {
  readonly statistics: CrossedStatistics;
  readonly products: CrossProducts;
  /** n_i per level of each factor */
  readonly counts: readonly Float64Array[];
  /** n_i of every random scalar position */
  readonly countAt: Float64Array;
  readonly leaf: Float64Array;
  readonly rest: Float64Array;
  /** Z'W r */
  readonly leafSums: Float64Array;
  readonly restSums: Float64Array;
  /** scratch */
  readonly restSide: Float64Array;
  readonly restWork: Float64Array;
}

/**
 * Relative variances of factors of intercepts, from `start` near enough to the optimum that Newton's method needs few
 * steps; null when the fixed point leads nowhere. Factors that others mostly explain keep their start.
 *
 * @param counts   sum of weights per level of each factor
 * @param start   one relative variance per factor, positive
 */
export function approximateVariances(
  statistics: CrossedStatistics,
  counts: readonly Float64Array[],
  sumOfSquares: number,
  n: number,
  start: readonly number[],
): number[] | null {
  const backfit = createBackfit(statistics, counts);
  const history = [start.map(Math.log)];
  let remaining = start.map((_, f) => remainingCounts(backfit, start, f));
  const held = remaining.map((left, f) => mean(left) < SEPARABLE * mean(counts[f]!));
  let lambda = [...start];
  for (let update = 0; update < UPDATES; update++) {
    for (let sweep = 0; sweep < SWEEPS; sweep++) improve(backfit, lambda);
    const explained =
      innerProduct(backfit.leafSums, backfit.leaf) + innerProduct(backfit.restSums, backfit.rest);
    const sigma2 = (sumOfSquares - explained) / n;
    // what others leave hardly changes after the first update, which comes from far
    if (update === 1)
      remaining = lambda.map((_, f) => (held[f] ? remaining[f]! : remainingCounts(backfit, lambda, f)));
    lambda = lambda.map((value, f) => {
      if (held[f]) return value;
      // tr C^ff / lambda_f is the sum of 1 / (1 + lambda n).
      let free = 0;
      const left = remaining[f]!;
      for (let l = 0; l < left.length; l++) free += (value * left[l]!) / (1 + value * left[l]!);
      return Math.max(sumOfModes(backfit, f) / (sigma2 * free), FLOOR);
    });
    if (!(sigma2 > 0) || !lambda.every((value) => value < LARGEST)) return null;
    history.push(lambda.map(Math.log));
  }
  return extrapolated(history).map(Math.exp);
}

function createBackfit(statistics: CrossedStatistics, counts: readonly Float64Array[]): Backfit {
  const { leaf, base, randomSize, starts, fixedColumns: p } = statistics;
  const countAt = new Float64Array(randomSize);
  for (let f = 1; f < counts.length; f++) {
    const at = starts[f]!;
    for (let l = 0; l < at.length; l++) countAt[at[l]!] = counts[f]![l]!;
  }
  return {
    statistics,
    products: crossProducts(statistics),
    counts,
    countAt,
    leaf: new Float64Array(leaf.levels),
    rest: new Float64Array(randomSize),
    leafSums: lastColumn(leaf.tails, p + 1),
    restSums: lastColumn(base.tails, p + 1),
    restSide: new Float64Array(randomSize),
    restWork: new Float64Array(randomSize),
  };
}

/** One sweep of block Gauss-Seidel on (Z'WZ + diag(1 / lambda)) u = Z'W r. */
function improve(backfit: Backfit, lambda: readonly number[]): void {
  const { statistics, products, countAt, leaf, rest, leafSums, restSide, restWork } = backfit;
  const { a, levels, pointers, rows, values } = statistics.leaf;
  const kappa = 1 / lambda[0]!;
  restSide.set(backfit.restSums);
  // the leaf's new values go into the others' right-hand sides while its entries are at hand
  for (let j = 0; j < levels; j++) {
    const first = pointers[j]!;
    const end = pointers[j + 1]!;
    let left = leafSums[j]!;
    for (let q = first; q < end; q++) left -= values[q]! * rest[rows[q]!]!;
    const mode = left / (a[j]! + kappa);
    leaf[j] = mode;
    for (let q = first; q < end; q++) restSide[rows[q]!]! -= values[q]! * mode;
  }
  for (let f = 1; f < lambda.length; f++) {
    restWork.set(restSide);
    products.restFromRest(-1, rest, restWork);
    const own = 1 / lambda[f]!;
    for (const at of statistics.starts[f]!) {
      rest[at]! += (restWork[at]! - own * rest[at]!) / (countAt[at]! + own);
    }
  }
}

/** Per level of factor f, the part of its count that the other factors leave to it. */
function remainingCounts(backfit: Backfit, lambda: readonly number[], f: number): Float64Array {
  const { statistics, counts } = backfit;
  const left = counts[f]!.slice();
  const lost = new Float64Array(statistics.randomSize);
  for (let g = 0; g < lambda.length; g++) {
    if (g === f) continue;
    const kappa = 1 / lambda[g]!;
    if (f === 0) takeFromLeaf(backfit, g, kappa, left);
    else {
      lost.fill(0);
      if (g === 0) addLostToLeaf(backfit, kappa, lost);
      else addLostInBase(backfit, f, g, kappa, lost);
      const at = statistics.starts[f]!;
      for (let l = 0; l < left.length; l++) {
        if (counts[f]![l]! > 0) left[l]! *= 1 - lost[at[l]!]! / counts[f]![l]!;
      }
    }
  }
  return left;
}

/** Takes what factor g explains of the leaf from what is left of its levels. */
function takeFromLeaf({ statistics, countAt }: Backfit, g: number, kappa: number, left: Float64Array): void {
  const { a, levels, pointers, rows, values } = statistics.leaf;
  const share = new Float64Array(statistics.randomSize);
  for (const position of statistics.starts[g]!) share[position] = 1 / (countAt[position]! + kappa);
  for (let j = 0; j < levels; j++) {
    let lost = 0;
    const end = pointers[j + 1]!;
    for (let q = pointers[j]!; q < end; q++) lost += values[q]! * values[q]! * share[rows[q]!]!;
    if (a[j]! > 0) left[j]! *= 1 - lost / a[j]!;
  }
}

/** What the leaf takes of every level of the other factors. */
function addLostToLeaf({ statistics }: Backfit, kappa: number, lost: Float64Array): void {
  const { a, levels, pointers, rows, values } = statistics.leaf;
  for (let j = 0; j < levels; j++) {
    const part = 1 / (a[j]! + kappa);
    const end = pointers[j + 1]!;
    for (let q = pointers[j]!; q < end; q++) lost[rows[q]!]! += values[q]! * values[q]! * part;
  }
}

/** What factor g takes of the levels of f, both after the leaf. */
function addLostInBase(backfit: Backfit, f: number, g: number, kappa: number, lost: Float64Array): void {
  const { base } = backfit.statistics;
  for (let b = 0; b < base.count; b++) {
    const row = base.row[b]!;
    const column = base.column[b]!;
    const square = base.values[base.offset[b]!]! ** 2;
    if (base.rowFactor[b] === f && base.columnFactor[b] === g) {
      lost[row]! += square / (backfit.countAt[column]! + kappa);
    } else if (base.rowFactor[b] === g && base.columnFactor[b] === f) {
      lost[column]! += square / (backfit.countAt[row]! + kappa);
    }
  }
}

function sumOfModes(backfit: Backfit, f: number): number {
  if (f === 0) return innerProduct(backfit.leaf, backfit.leaf);
  let sum = 0;
  for (const at of backfit.statistics.starts[f]!) sum += backfit.rest[at]! ** 2;
  return sum;
}

/** Aitken's limit of the last three of a sequence that converges linearly, component by component. */
function extrapolated(history: readonly (readonly number[])[]): number[] {
  const [before, middle, last] = history.slice(-3) as [number[], number[], number[]];
  return last.map((value, f) => {
    const step = value - middle[f]!;
    const rate = step / (middle[f]! - before[f]!);
    return rate > 0 && rate < 0.8 ? value + (step * rate) / (1 - rate) : value;
  });
}

/** The response sums, last in each row of the tails. */
function lastColumn(tails: Float64Array, m: number): Float64Array {
  const out = new Float64Array(tails.length / m);
  for (let i = 0; i < out.length; i++) out[i] = tails[i * m + m - 1]!;
  return out;
}

function mean(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return sum / x.length;
}

function innerProduct(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
