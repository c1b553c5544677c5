// The finite-sample null distribution of the likelihood ratio for one variance (Crainiceanu & Ruppert 2004): with mu_s the eigenvalues of
// Z'P0 Z, P0 the projection off X, xi_s those of Z'Z, and w_s independent standard normal,
//
//   RLRT = sup_l (n - p) log(1 + N / D) - sum log(1 + l mu_s),   LRT = sup_l n log(1 + N / D) - sum log(1 + l xi_s)
//   N = sum l mu_s / (1 + l mu_s) w_s^2,   D = sum w_s^2 / (1 + l mu_s) + chi2(n - p - K)
//
// Nothing of size n is drawn: eigenvalues that are equal share one chi-squared.

import { HendersonError } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import { fitModel } from "../fit/fit.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix } from "../linalg/matrix.ts";
import { choleskyOf } from "../linalg/smallCholesky.ts";
import { tridiagonalEigen } from "../linalg/tridiagonalEigen.ts";

export interface ExactRatioOptions {
  /** replicates of the null distribution, default 10000 */
  readonly draws?: number;
  /** default 1 */
  readonly seed?: number;
}

export interface ExactRatioTest {
  readonly criterion: "REML" | "ML";
  /** likelihood ratio of the fit against the model without the variance */
  readonly statistic: number;
  /** part of the draws that reach the statistic, the data counted as one more: (reached + 1) / (draws + 1) */
  readonly p: number;
  /** Monte Carlo standard error of p */
  readonly se: number;
  /** part of the draws that are zero: one half only in large samples */
  readonly atZero: number;
  readonly draws: number;
}

/** Values of log(lambda mu_max) between which the supremum is searched. */
const GRID = { from: -12, to: 18, points: 121 };
/** Eigenvalues nearer than this part of the largest are one; those below it are zero. */
const SAME = 1e-9;
/** More levels than this take too long to find eigenvalues of. */
const LARGEST = 2000;

/**
 * Exact test of the variance of a model with one random effect, by simulation of its finite-sample null distribution.
 *
 * The same seed gives the same digits.
 *
 * @throws HendersonError inference/exact-ratio for models with more than one random effect, fit/needs-data
 * @cite Crainiceanu & Ruppert (2004), J. R. Stat. Soc. B 66, 165, theorems 1 and 2
 */
export function exactRatioTest(fit: FitResult, options: ExactRatioOptions = {}): ExactRatioTest {
  requireRows(fit, "the exact test of a variance");
  requireOneEffect(fit);
  const { model } = fit;
  const draws = options.draws ?? 10_000;
  if (!Number.isInteger(draws) || draws < 1) {
    throw new HendersonError(
      "inference/exact-draws",
      "the number of draws is a whole number of at least one",
      {
        hint: "10000 draws give p to within 0.01",
      },
    );
  }
  const stream = randomStream(options.seed ?? 1);
  const restricted = fit.method !== "ML";
  const n = fit.nobs;
  const p = fit.beta.length;
  const reduced = fitModel({ ...model, random: [] }, { method: restricted ? "REML" : "ML" });
  const statistic = Math.max(0, 2 * (fit.logLik - reduced.logLik));
  const { projected, plain } = crossproducts(fit);
  const mu = grouped(projected);
  const penalty = restricted ? mu : grouped(plain);
  const rest = n - p - mu.reduce((sum, { count }) => sum + count, 0);
  const lambdas = Array.from(
    { length: GRID.points },
    (_, i) => Math.exp(GRID.from + ((GRID.to - GRID.from) * i) / (GRID.points - 1)) / mu[0]!.value,
  );
  const penalties = lambdas.map((lambda) => logSum(penalty, lambda));
  const dof = restricted ? n - p : n;
  const squares = new Float64Array(mu.length);
  let reached = 0;
  let zeros = 0;
  for (let d = 0; d < draws; d++) {
    for (const [s, { count }] of mu.entries()) squares[s] = chiSquared(count);
    const left = chiSquared(rest);
    const total = left + squares.reduce((sum, each) => sum + each, 0);
    const ratio = (lambda: number): number => {
      let D = left;
      for (const [s, { value }] of mu.entries()) D += squares[s]! / (1 + lambda * value);
      return dof * Math.log(total / D);
    };
    const at = (i: number): number => ratio(lambdas[i]!) - penalties[i]!;
    let best = 0;
    let top = -1;
    for (let i = 0; i < lambdas.length; i++) {
      const value = at(i);
      if (value <= best) continue;
      best = value;
      top = i;
    }
    if (top < 0) zeros++;
    else if (top > 0 && top < lambdas.length - 1) {
      best = Math.max(best, parabolaTop(at(top - 1), best, at(top + 1)));
    }
    // a tie is rounding of one and the same supremum
    if (best >= statistic * (1 - 1e-9)) reached++;
  }
  const part = (reached + 1) / (draws + 1);
  return {
    criterion: restricted ? "REML" : "ML",
    statistic,
    p: part,
    se: Math.sqrt((part * (1 - part)) / draws),
    atZero: zeros / draws,
    draws,
  };

  function chiSquared(df: number): number {
    let sum = 0;
    for (let i = 0; i < df; i++) {
      const value = stream.normal();
      sum += value * value;
    }
    return sum;
  }
}

function requireOneEffect({ model, method, held }: FitResult): void {
  const [term] = model.random;
  const plain =
    model.random.length === 1 &&
    term!.covariance.size === 1 &&
    term!.incidence === undefined &&
    term!.relationship === undefined &&
    model.traits === undefined &&
    held.length === 0 &&
    method !== "ANOVA";
  if (plain && term!.levels.length <= LARGEST) return;
  throw new HendersonError(
    "inference/exact-ratio",
    plain
      ? `'${term!.component}' has ${term!.levels.length} levels, and the exact test finds the eigenvalues of at most ${LARGEST}`
      : "the exact distribution of the ratio is known for a model with one random effect of independent levels and nothing else",
    { hint: "simulate the ratio by the parametric bootstrap, or use the mixture of ranova" },
  );
}

/** Z'W Z and Z'W Z - Z'W X (X'W X)^-1 X'W Z, q x q. */
function crossproducts({ model }: FitResult): { projected: Float64Array; plain: Float64Array } {
  const { codes, basis, levels } = model.random[0]!;
  const column = basis[0]!;
  const q = levels.length;
  const { basis: X, crossproduct } = model.fixed;
  const { rows: n, columns: p } = X;
  const plain = new Float64Array(q * q);
  const cross = new Float64Array(p * q);
  for (let i = 0; i < n; i++) {
    const z = column === null ? 1 : column[i]!;
    const w = model.weights?.[i] ?? 1;
    const level = codes[i]!;
    plain[level * (q + 1)]! += w * z * z;
    for (let c = 0; c < p; c++) cross[c + level * p]! += w * z * X.values[i + c * n]!;
  }
  // rows of L^-1 X'W Z
  const L = choleskyOf(crossproduct.values, p);
  for (let l = 0; l < q; l++) {
    for (let c = 0; c < p; c++) {
      let sum = cross[c + l * p]!;
      for (let k = 0; k < c; k++) sum -= L[c + k * p]! * cross[k + l * p]!;
      cross[c + l * p] = sum / L[c + c * p]!;
    }
  }
  const projected = plain.slice();
  for (let b = 0; b < q; b++) {
    for (let a = 0; a < q; a++) {
      let sum = 0;
      for (let c = 0; c < p; c++) sum += cross[c + a * p]! * cross[c + b * p]!;
      projected[a + b * q]! -= sum;
    }
  }
  return { projected, plain };
}

interface Eigenvalue {
  readonly value: number;
  readonly count: number;
}

/** Positive eigenvalues, the largest first, equal ones together. */
function grouped(values: Float64Array): readonly Eigenvalue[] {
  const q = Math.sqrt(values.length);
  const matrix = createMatrix(q, q);
  matrix.values.set(values);
  const all = Array.from(tridiagonalEigen(matrix).values).sort((a, b) => b - a);
  const found: { value: number; count: number }[] = [];
  for (const value of all) {
    if (!(value > SAME * all[0]!)) break;
    const last = found.at(-1);
    if (last !== undefined && last.value - value <= SAME * all[0]!) last.count++;
    else found.push({ value, count: 1 });
  }
  return found;
}

function logSum(eigenvalues: readonly Eigenvalue[], lambda: number): number {
  return eigenvalues.reduce((sum, { value, count }) => sum + count * Math.log1p(lambda * value), 0);
}

/** Highest value of the parabola through three equally spaced values, the middle one the highest. */
function parabolaTop(left: number, middle: number, right: number): number {
  const bend = left - 2 * middle + right;
  return bend < 0 ? middle - (right - left) ** 2 / (8 * bend) : middle;
}
