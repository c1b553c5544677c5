import {
  type MultivariateOptions,
  multivariateTProbability,
  multivariateTQuantile,
} from "../../distributions/multivariateT.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { PlainEstimate } from "./plainEstimate.ts";

/** The most extreme of several correlated t statistics. */
export interface Simultaneous {
  /** the largest magnitude, the largest, or the smallest */
  readonly tail: "both" | "upper" | "lower";
  readonly correlation: Matrix;
}

/** Absolute error of probabilities where the correlation has no special form (where it has, they are exact). */
const FINE: MultivariateOptions = { tolerance: 1e-5 };
/** That of large p-values in families of more estimates than `FEW`, of which each takes a second to know finely. */
const COARSE: MultivariateOptions = { tolerance: 1e-4 };
const FEW = 10;
const LARGE_P = 0.1;

/** A probability, and its estimated absolute error. */
export interface MaximumTail {
  readonly p: number;
  readonly error: number;
}

/** Probability that the most extreme statistic is at least as extreme as this one: the single-step p-value. */
export function maximumTail({ tail, correlation }: Simultaneous, statistic: number, df: number): MaximumTail {
  const d = correlation.rows;
  const fill = (value: number): Float64Array => new Float64Array(d).fill(value);
  const [low, high] =
    tail === "both"
      ? [-Math.abs(statistic), Math.abs(statistic)]
      : tail === "upper"
        ? [Number.NEGATIVE_INFINITY, statistic]
        : [statistic, Number.POSITIVE_INFINITY];
  const at = (accuracy: MultivariateOptions): MaximumTail => {
    const found = multivariateTProbability(fill(low), fill(high), correlation.values, df, accuracy);
    return { p: found.complement, error: found.error };
  };
  if (d <= FEW) return at(FINE);
  const coarse = at(COARSE);
  return coarse.p > LARGE_P || coarse.error < 1e-5 ? coarse : at(FINE);
}

/** What the most extreme statistic stays below with the given probability: the critical value of joint intervals. */
export function maximumQuantile({ tail, correlation }: Simultaneous, level: number, df: number): number {
  if (correlation.rows === 0) return 0;
  const side = tail === "both" ? "both" : "upper";
  return multivariateTQuantile(level, correlation.values, df, { ...FINE, tail: side }).quantile;
}

/**
 * Step-down p-values: the most extreme statistic is compared with all, the next with those that are left, and so on;
 * none is smaller than one before it.
 *
 * @param estimates those behind the correlation in the same order, and others, which get null
 * @cite Westfall & Young (1993), section 2.8
 */
export function freeStepDown(
  { tail, correlation }: Simultaneous,
  estimates: readonly (PlainEstimate | null)[],
): (MaximumTail | null)[] {
  const known = estimates.flatMap((plain, i) => (plain !== null && plain.se > 0 ? [{ plain, i }] : []));
  const extremity = (statistic: number): number =>
    tail === "both" ? Math.abs(statistic) : tail === "upper" ? statistic : -statistic;
  const order = known
    .map((_, k) => k)
    .sort((a, b) => extremity(known[b]!.plain.statistic) - extremity(known[a]!.plain.statistic));
  const out: (MaximumTail | null)[] = estimates.map(() => null);
  let largest = 0;
  for (const [step, k] of order.entries()) {
    const { plain, i } = known[k]!;
    const left = { tail, correlation: submatrix(correlation, order.slice(step)) };
    const { p, error } = maximumTail(left, plain.statistic, plain.df);
    largest = Math.max(largest, p);
    out[i] = { p: largest, error };
  }
  return out;
}

function submatrix({ rows, values }: Matrix, members: readonly number[]): Matrix {
  const d = members.length;
  const out = new Float64Array(d * d);
  for (const [j, b] of members.entries()) {
    for (const [i, a] of members.entries()) out[i + j * d] = values[a + b * rows]!;
  }
  return { rows: d, columns: d, values: out };
}
