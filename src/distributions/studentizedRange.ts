/*
 * The studentized range Q = W / S: W the range of k independent standard normal variables, S^2 an independent
 * chi-squared over its degrees of freedom. Each tail is an integral over u = log S of a positive function, so neither
 * is found by subtraction; the function is analytic and falls off fast on both sides of one summit.
 */
import { fQuantile } from "./fisherF.ts";
import { gammaTail } from "./incompleteGamma.ts";
import { logScaleDensity } from "./logScaleDensity.ts";
import { logTrapezoid } from "./logTrapezoid.ts";
import { logRangeTail } from "./normalRange.ts";
import { solveLogTail } from "./solveLogTail.ts";
import { tQuantile, twoSidedTail } from "./studentT.ts";
import { certainty, probability, type Tail, type TailOptions, targetTail } from "./tail.ts";

/**
 * Distribution function of the studentized range, P(Q <= q); with `lower: false` the upper tail, the p-value of Tukey's test.
 * Relative accuracy is about 1e-13 in both tails, also where only the logarithm is representable.
 *
 * @param groups number of means k, at least 2, not necessarily whole
 * @param df     degrees of freedom of the variance, positive, not necessarily whole, possibly Infinity
 * @returns NaN for impossible parameters
 */
export function studentizedRangeCdf(
  q: number,
  groups: number,
  df: number,
  options: TailOptions = {},
): number {
  if (!possible(groups, df) || Number.isNaN(q)) return Number.NaN;
  const lower = options.lower ?? true;
  if (q <= 0) return certainty(!lower, options);
  if (q === Number.POSITIVE_INFINITY) return certainty(lower, options);
  return probability(tailAt(q, groups, df), options);
}

/**
 * Quantile of the studentized range; NaN when p is not a probability or the parameters are impossible.
 *
 * @param groups number of means, at least 2
 * @param df     degrees of freedom, positive, possibly Infinity
 */
export function studentizedRangeQuantile(
  p: number,
  groups: number,
  df: number,
  options: TailOptions = {},
): number {
  const target = targetTail(p, options);
  if (!possible(groups, df) || target === null) return Number.NaN;
  if (target.log === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  if (groups === 2) return Math.SQRT2 * Math.sqrt(fQuantile(p, 1, df, options));
  const logTail = (u: number): number => logTailAt(Math.exp(u), groups, df, target.lower);
  if (target.lower) {
    // P(W <= w) is about sqrt(k) (w / sqrt(2 pi))^(k - 1) for small w
    const start = (target.log - 0.5 * Math.log(groups)) / (groups - 1) + 0.5 * Math.log(2 * Math.PI);
    return Math.exp(solveLogTail(logTail, target.log, Math.min(start, 1), groups - 1));
  }
  // Bonferroni's bound over the pairs of means
  const pairs = 0.5 * groups * (groups - 1);
  const t = tQuantile(target.log - Math.log(2 * pairs), df, { lower: false, log: true });
  const start = Math.log(t) + 0.5 * Math.LN2;
  // t beyond the largest double: the quantile is not far below
  if (!Number.isFinite(start)) return Number.POSITIVE_INFINITY;
  return Math.exp(solveLogTail(logTail, target.log, start, -Math.min(df, t * t)));
}

function possible(groups: number, df: number): boolean {
  return groups >= 2 && groups < Number.POSITIVE_INFINITY && df > 0;
}

/** The smaller tail, or one that is not much larger. */
function tailAt(q: number, k: number, df: number): Tail {
  if (k === 2) return pairTail(q, df);
  const upper = logTailAt(q, k, df, false);
  return upper < -0.4 ? { lower: false, log: upper } : { lower: true, log: logTailAt(q, k, df, true) };
}

/** Two means: Q = |T| sqrt(2). */
function pairTail(q: number, df: number): Tail {
  if (df === Number.POSITIVE_INFINITY) return gammaTail(0.5, 0.25 * q * q);
  const outside = twoSidedTail(q * Math.SQRT1_2, df);
  return { lower: !outside.lower, log: outside.log };
}

/** log of int f(u) P(W > q e^u) du, or of the complement; f is the density of u = log S. */
function logTailAt(q: number, k: number, df: number, lower: boolean): number {
  if (df === Number.POSITIVE_INFINITY) return logRangeTail(q, k, lower);
  const logTerm = (u: number): number => {
    const w = q * Math.exp(u);
    const range = w > 0 ? logRangeTail(w, k, lower) : lower ? Number.NEGATIVE_INFINITY : 0;
    return logScaleDensity(u, df) + range;
  };
  // half of the width of f for large df; of the edge of P(W > w), which many groups make sharp, for small df
  const step = 0.42 / Math.sqrt(df + k + 7);
  // the summit of the upper tail where P(W > w) is about exp(-w^2 / 4)
  const logRatio = 2 * Math.log(q) - Math.log(2 * df);
  const start = lower ? 0 : -0.5 * (logRatio > 40 ? logRatio : Math.log1p(Math.exp(logRatio)));
  return logTrapezoid(logTerm, step, start);
}
