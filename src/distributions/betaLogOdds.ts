import { logBeta } from "./gammaFunctions.ts";
import { type BetaPoint, betaTail, logBetaWeight } from "./incompleteBeta.ts";
import { invertTail } from "./invertTail.ts";
import { normalQuantile } from "./normal.ts";
import type { Tail } from "./tail.ts";

/** log(x / (1 - x)) at which a tail of Beta(a, b) has the given log probability; infinite for probability zero. */
export function betaLogOdds(
  a: number,
  b: number,
  target: Tail,
  tailAt: (a: number, b: number, point: BetaPoint) => Tail = betaTail,
): number {
  if (target.log === Number.NEGATIVE_INFINITY) {
    return target.lower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  // far out the tail is its leading term, also where the odds underflow
  const shape = target.lower ? a : b;
  const far = (target.log + Math.log(shape) + logBeta(a, b)) / shape;
  if ((a + b) * Math.exp(far) < 1e-17) return target.lower ? far : -far;
  const curve = {
    tail: (u: number) => tailAt(a, b, pointAtLogOdds(u, a, b)),
    logDensity: (u: number) => logBetaWeight(a, b, pointAtLogOdds(u, a, b)),
  };
  // the normal limit of the log odds, unless the leading term is near
  if (shape < 2 && far < -1) return invertTail(curve, target, target.lower ? far : -far);
  const z = normalQuantile(target.log, { lower: target.lower, log: true });
  return invertTail(curve, target, Math.log(a / b) + z * Math.sqrt(1 / a + 1 / b));
}

function pointAtLogOdds(u: number, a: number, b: number): BetaPoint {
  const odds = Math.exp(-Math.abs(u));
  const near = 1 / (1 + odds);
  const far = odds * near;
  const x = u < 0 ? far : near;
  const y = u < 0 ? near : far;
  return { x, y, excess: b * x - a * y };
}
