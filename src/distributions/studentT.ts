import { betaLogOdds } from "./betaLogOdds.ts";
import { logBeta } from "./gammaFunctions.ts";
import { betaTail } from "./incompleteBeta.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { certainty, log1mExp, probability, type Tail, type TailOptions, targetTail } from "./tail.ts";

/** Student t distribution function; df positive and not necessarily whole, Infinity is the normal. */
export function tCdf(x: number, df: number, options: TailOptions = {}): number {
  if (df === Number.POSITIVE_INFINITY) return normalCdf(x, options);
  if (!(df > 0) || Number.isNaN(x)) return Number.NaN;
  const lower = options.lower ?? true;
  if (!Number.isFinite(x)) return certainty(x > 0 === lower, options);
  const outside = twoSidedTail(Math.abs(x), df);
  // P(|T| > |x|) is the lower tail of x = df / (df + t^2)
  const inTail = lower === x < 0;
  if (outside.lower) {
    const tail = { lower: inTail, log: outside.log - Math.LN2 };
    return probability(tail, { lower: true, log: options.log ?? false });
  }
  const half = inTail ? log1mExp(outside.log) - Math.LN2 : Math.log1p(Math.exp(outside.log)) - Math.LN2;
  return options.log === true
    ? half
    : inTail
      ? 0.5 * -Math.expm1(outside.log)
      : 0.5 + 0.5 * Math.exp(outside.log);
}

/** Student t quantile; infinite at 0 and 1, NaN when p is not a probability. */
export function tQuantile(p: number, df: number, options: TailOptions = {}): number {
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p, options);
  const target = targetTail(p, options);
  if (!(df > 0) || target === null) return Number.NaN;
  const sign = target.lower ? -1 : 1;
  if (target.log === Number.NEGATIVE_INFINITY) return sign * Number.POSITIVE_INFINITY;
  const outside = target.log + Math.LN2;
  const inside = options.log === true ? log1mExp(Math.min(outside, 0)) : Math.log(Math.abs(1 - 2 * p));
  if (inside === Number.NEGATIVE_INFINITY) return 0;
  const twoSided = outside < -Math.LN2 ? { lower: true, log: outside } : { lower: false, log: inside };
  return sign * Math.sqrt(df) * Math.exp(-0.5 * betaLogOdds(0.5 * df, 0.5, twoSided));
}

/** P(|T| > t), or its complement, as a tail of Beta(df / 2, 1/2) at df / (df + t^2). */
export function twoSidedTail(t: number, df: number): Tail {
  const scaled = t / Math.sqrt(df);
  const square = scaled * scaled;
  if (square > 1e200) {
    // the leading term: the square itself may overflow
    return { lower: true, log: -df * Math.log(scaled) - Math.log(0.5 * df) - logBeta(0.5 * df, 0.5) };
  }
  const x = 1 / (1 + square);
  return betaTail(0.5 * df, 0.5, { x, y: square * x, excess: 0.5 * x * (1 - t * t) });
}
