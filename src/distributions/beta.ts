import { logBeta } from "./gammaFunctions.ts";
import { type BetaPoint, betaTail, logBetaWeight } from "./incompleteBeta.ts";
import { invertTail } from "./invertTail.ts";
import { normalQuantile } from "./normal.ts";
import { certainty, probability, type Tail, type TailOptions, targetTail } from "./tail.ts";

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
  return probability(betaTail(a, b, pointAt(x, a, b)), options);
}

/** Beta quantile; NaN when p is not a probability. */
export function betaQuantile(p: number, a: number, b: number, options: TailOptions = {}): number {
  const target = targetTail(p, options);
  if (!(a > 0 && b > 0) || target === null) return Number.NaN;
  return 1 / (1 + Math.exp(-betaLogOdds(a, b, target)));
}

/** log(x / (1 - x)) at which a tail of Beta(a, b) has the given log probability; infinite for probability zero. */
export function betaLogOdds(a: number, b: number, target: Tail): number {
  if (target.log === Number.NEGATIVE_INFINITY) {
    return target.lower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  // far out the tail is its leading term, also where the odds underflow
  const shape = target.lower ? a : b;
  const far = (target.log + Math.log(shape) + logBeta(a, b)) / shape;
  if ((a + b) * Math.exp(far) < 1e-17) return target.lower ? far : -far;
  const curve = {
    tail: (u: number) => betaTail(a, b, pointAtLogOdds(u, a, b)),
    logDensity: (u: number) => logBetaWeight(a, b, pointAtLogOdds(u, a, b)),
  };
  // the normal limit of the log odds, unless the leading term is near
  if (shape < 2 && far < -1) return invertTail(curve, target, target.lower ? far : -far);
  const z = normalQuantile(target.log, { lower: target.lower, log: true });
  return invertTail(curve, target, Math.log(a / b) + z * Math.sqrt(1 / a + 1 / b));
}

function pointAt(x: number, a: number, b: number): BetaPoint {
  const y = 1 - x;
  return { x, y, excess: b * x - a * y };
}

function pointAtLogOdds(u: number, a: number, b: number): BetaPoint {
  const odds = Math.exp(-Math.abs(u));
  const near = 1 / (1 + odds);
  const far = odds * near;
  const x = u < 0 ? far : near;
  const y = u < 0 ? near : far;
  return { x, y, excess: b * x - a * y };
}
