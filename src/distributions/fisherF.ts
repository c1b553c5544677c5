import { betaLogOdds } from "./betaLogOdds.ts";
import { chiSquaredCdf, chiSquaredQuantile } from "./gamma.ts";
import { type BetaPoint, betaTail } from "./incompleteBeta.ts";
import { certainty, probability, type TailOptions, targetTail } from "./tail.ts";

/** F distribution function; degrees of freedom positive, not necessarily whole, possibly Infinity. */
export function fCdf(x: number, df1: number, df2: number, options: TailOptions = {}): number {
  if (!(df1 > 0 && df2 > 0) || Number.isNaN(x)) return Number.NaN;
  const lower = options.lower ?? true;
  if (x <= 0) return certainty(!lower, options);
  if (x === Number.POSITIVE_INFINITY) return certainty(lower, options);
  if (df2 === Number.POSITIVE_INFINITY) {
    if (df1 === Number.POSITIVE_INFINITY) return certainty(x >= 1 === lower, options);
    return chiSquaredCdf(x * df1, df1, options);
  }
  if (df1 === Number.POSITIVE_INFINITY) return chiSquaredCdf(df2 / x, df2, { ...options, lower: !lower });
  return probability(betaTail(0.5 * df1, 0.5 * df2, pointOf(x, df1, df2)), options);
}

/** F quantile; NaN when p is not a probability. */
export function fQuantile(p: number, df1: number, df2: number, options: TailOptions = {}): number {
  const target = targetTail(p, options);
  if (!(df1 > 0 && df2 > 0) || target === null) return Number.NaN;
  if (df2 === Number.POSITIVE_INFINITY) {
    return df1 === Number.POSITIVE_INFINITY ? 1 : chiSquaredQuantile(p, df1, options) / df1;
  }
  if (df1 === Number.POSITIVE_INFINITY) {
    return df2 / chiSquaredQuantile(p, df2, { ...options, lower: !(options.lower ?? true) });
  }
  return (df2 / df1) * Math.exp(betaLogOdds(0.5 * df1, 0.5 * df2, target));
}

/** F as a point of the beta distribution. */
export function pointOf(f: number, df1: number, df2: number): BetaPoint {
  const odds = f * (df1 / df2);
  const overflows = odds === Number.POSITIVE_INFINITY;
  const y = overflows ? df2 / df1 / f : 1 / (1 + odds);
  const x = overflows ? 1 : odds * y;
  return { x, y: Math.max(y, Number.MIN_VALUE), excess: 0.5 * df1 * ((f - 1) * y) };
}
