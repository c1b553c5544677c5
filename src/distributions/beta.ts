import { betaLogOdds } from "./betaLogOdds.ts";
import { logBeta } from "./gammaFunctions.ts";
import { type BetaPoint, logBetaWeight } from "./incompleteBeta.ts";
import { anyBetaTail } from "./smallShapeBeta.ts";
import { certainty, probability, type TailOptions, targetTail } from "./tail.ts";

/** Beta density on (0, 1), or its log; a and b positive. */
export function betaDensity(
  x: number,
  a: number,
  b: number,
  options: { readonly log?: boolean } = {},
): number {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) return Number.NaN;
  let log: number;
  if (x < 0 || x > 1) log = Number.NEGATIVE_INFINITY;
  else if (x === 0 || x === 1) {
    const exponent = (x === 0 ? a : b) - 1;
    log = exponent === 0 ? -logBeta(a, b) : -exponent * Number.POSITIVE_INFINITY;
  } else if (a < 10 && b < 10) {
    log = (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - logBeta(a, b);
  } else log = logBetaWeight(a, b, pointAt(x, a, b)) - Math.log(x) - Math.log1p(-x);
  return options.log === true ? log : Math.exp(log);
}

/** Beta distribution function; NaN unless a and b are positive. */
export function betaCdf(x: number, a: number, b: number, options: TailOptions = {}): number {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0 || x >= 1) return certainty(x >= 1 === (options.lower ?? true), options);
  return probability(anyBetaTail(a, b, pointAt(x, a, b)), options);
}

/** Beta quantile; NaN when p is not a probability. */
export function betaQuantile(p: number, a: number, b: number, options: TailOptions = {}): number {
  const target = targetTail(p, options);
  if (!(a > 0 && b > 0) || target === null) return Number.NaN;
  return 1 / (1 + Math.exp(-betaLogOdds(a, b, target, anyBetaTail)));
}

function pointAt(x: number, a: number, b: number): BetaPoint {
  const y = 1 - x;
  return { x, y, excess: b * x - a * y };
}
