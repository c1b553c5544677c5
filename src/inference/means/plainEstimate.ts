import type { Denominator } from "../denominator.ts";
import { isEstimable, keptWeights, type LinearFunction } from "./linearFunctions.ts";

/** Two-sided tests and intervals, or one-sided ones: whether the estimate is greater (less) than its null value. */
export type Side = "two-sided" | "greater" | "less";

/** An estimate before it is compared with others; null where it is not estimable. */
export interface PlainEstimate {
  /** length p */
  readonly weights: Float64Array;
  readonly estimate: number;
  /** NaN where it is lost to rounding: covariates far from zero make its terms cancel */
  readonly se: number;
  /** Infinity for a normal reference */
  readonly df: number;
  readonly statistic: number;
}

/** Share of its terms below which a variance is the rounding of entries that are known to thirteen digits or so. */
const LOST = 1e-10;

/** Estimate, standard error and test statistic of a linear function; null where it is not estimable. */
export function evaluateFunction(
  row: LinearFunction,
  p: number,
  { beta, covariance, degreesOfFreedom }: Denominator,
  against: number,
  side: Side,
  delta: number,
): PlainEstimate | null {
  if (!isEstimable(row, p)) return null;
  const weights = keptWeights(row, p);
  let estimate = row.constant;
  let variance = 0;
  let magnitude = 0;
  let zero = true;
  for (let j = 0; j < p; j++) {
    if (weights[j] === 0) continue;
    zero = false;
    estimate += weights[j]! * beta[j]!;
    let product = 0;
    for (let i = 0; i < p; i++) product += covariance.values[i + j * p]! * weights[i]!;
    variance += weights[j]! * product;
    for (let i = 0; i < p; i++)
      magnitude += Math.abs(weights[j]! * covariance.values[i + j * p]! * weights[i]!);
  }
  const se = !zero && variance <= LOST * magnitude ? Number.NaN : Math.sqrt(variance);
  const df = zero ? Number.POSITIVE_INFINITY : degreesOfFreedom(Float64Array.from(weights));
  const distance = estimate - against;
  const shifted =
    side === "greater"
      ? distance + delta
      : side === "less"
        ? distance - delta
        : delta > 0
          ? Math.abs(distance) - delta
          : distance;
  return { weights, estimate, se, df: df > 0 ? df : Number.POSITIVE_INFINITY, statistic: shifted / se };
}
