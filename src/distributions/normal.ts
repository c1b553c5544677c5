import { erf, erfcx } from "./errorFunctions.ts";
import { certainty, probability, type Tail, type TailOptions, targetTail } from "./tail.ts";

const logSqrtTwoPi = 0.9189385332046728;
const sqrtHalf = Math.SQRT1_2;

/** Standard normal density, or its log. */
export function normalDensity(x: number, options: { readonly log?: boolean } = {}): number {
  const log = -0.5 * x * x - logSqrtTwoPi;
  return options.log === true ? log : Math.exp(log);
}

/** Standard normal distribution function; the log scale reaches any finite x. */
export function normalCdf(x: number, options: TailOptions = {}): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (!Number.isFinite(x)) return certainty(x > 0 === (options.lower ?? true), options);
  return probability(normalTail(x), options);
}

/** Standard normal quantile; infinite at 0 and 1, NaN when p is not a probability. */
export function normalQuantile(p: number, options: TailOptions = {}): number {
  const target = targetTail(p, options);
  if (target === null) return Number.NaN;
  const sign = target.lower ? -1 : 1;
  if (target.log === Number.NEGATIVE_INFINITY) return sign * Number.POSITIVE_INFINITY;
  if (options.log !== true && p > 0.25 && p < 0.75) {
    return (options.lower ?? true) ? centralQuantile(p - 0.5) : -centralQuantile(p - 0.5);
  }
  // Abramowitz and Stegun 26.2.23, then Halley steps on log Q
  const t = Math.sqrt(-2 * target.log);
  let z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 8; step++) {
    const log = normalTail(z).log;
    const mills = Math.exp(-0.5 * z * z - logSqrtTwoPi - log);
    const ratio = (log - target.log) / mills;
    const change = ratio / (1 + 0.5 * ratio * (mills - z));
    z += change;
    if (Math.abs(change) <= 2e-16 * Math.abs(z)) break;
  }
  return sign * z;
}

/** log of the upper tail for x >= 0, of the lower tail below. */
function normalTail(x: number): Tail {
  return { lower: x < 0, log: -0.5 * x * x + Math.log(0.5 * erfcx(Math.abs(x) * sqrtHalf)) };
}

/** z with Phi(z) - 1/2 = offset, full relative accuracy near zero; |offset| <= 1/4. */
function centralQuantile(offset: number): number {
  let z = offset * Math.sqrt(2 * Math.PI);
  for (let step = 0; step < 12; step++) {
    const ratio = (0.5 * erf(z * sqrtHalf) - offset) / normalDensity(z);
    const change = ratio / (1 + 0.5 * ratio * z);
    z -= change;
    if (Math.abs(change) <= 2e-16 * Math.abs(z)) break;
  }
  return z;
}
