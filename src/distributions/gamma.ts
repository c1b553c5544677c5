import { logGamma } from "./gammaFunctions.ts";
import { gammaTail, logGammaWeight } from "./incompleteGamma.ts";
import { invertTail } from "./invertTail.ts";
import { normalQuantile } from "./normal.ts";
import { certainty, probability, type TailOptions, targetTail } from "./tail.ts";

/** Gamma distribution function; NaN unless shape and scale are positive. */
export function gammaCdf(x: number, shape: number, scale: number = 1, options: TailOptions = {}): number {
  if (!(shape > 0 && scale > 0) || Number.isNaN(x)) return Number.NaN;
  return probability(gammaTail(shape, x / scale), options);
}

/** Gamma quantile; NaN when p is not a probability. */
export function gammaQuantile(
  p: number,
  shape: number,
  scale: number = 1,
  options: TailOptions = {},
): number {
  const target = targetTail(p, options);
  if (!(shape > 0 && scale > 0) || target === null) return Number.NaN;
  if (target.log === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  const curve = {
    tail: (u: number) => gammaTail(shape, Math.exp(u)),
    logDensity: (u: number) => logGammaWeight(shape, Math.exp(u)) + Math.log(shape),
  };
  // far down the lower tail is its leading term, also where x underflows
  const far = (target.log + logGamma(shape + 1)) / shape;
  if (target.lower && far < -40) return scale * Math.exp(far);
  // Wilson and Hilferty; the leading term where their cube root would be negative
  const z = normalQuantile(target.log, { lower: target.lower, log: true });
  const root = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
  const start = root > 0.2 ? Math.log(shape) + 3 * Math.log(root) : target.lower ? far : Math.log(shape);
  return scale * Math.exp(invertTail(curve, target, start));
}

/** Chi-squared distribution function; df positive. */
export function chiSquaredCdf(x: number, df: number, options: TailOptions = {}): number {
  if (df === Number.POSITIVE_INFINITY) return certainty((x === df) === (options.lower ?? true), options);
  return gammaCdf(x, 0.5 * df, 2, options);
}

/** Chi-squared quantile. */
export function chiSquaredQuantile(p: number, df: number, options: TailOptions = {}): number {
  return gammaQuantile(p, 0.5 * df, 2, options);
}
