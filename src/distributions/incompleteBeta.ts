/*
 * Regularized incomplete beta function I_x(a, b) on the log scale: the continued fraction of Didonato and
 * Morris (1992), Algorithm 708, eq. 9, behind the prefactor in Loader's (2000) saddle-point form. The
 * fraction needs O(sqrt(max(a, b))) terms near the mean and few in the tails; everything that
 * cancels there enters through `excess`, which callers form from their own arguments.
 */
import { unitDeviance } from "./deviance.ts";
import { stirlingError } from "./gammaFunctions.ts";
import type { Tail } from "./tail.ts";

/** A point of the unit interval by both of its ends, and where it lies relative to the mean of Beta(a, b). */
export interface BetaPoint {
  readonly x: number;
  /** 1 - x, not computed by subtraction */
  readonly y: number;
  /** (a + b) x - a = b x - a y, not computed by subtracting large numbers */
  readonly excess: number;
}

/** log of x^a y^b / B(a, b); a, b > 0, x and y positive. */
export function logBetaWeight(a: number, b: number, { x, y, excess }: BetaPoint): number {
  const n = a + b;
  return (
    -a * unitDeviance(excess / a, (n / a) * x) -
    b * unitDeviance(-excess / b, (n / b) * y) +
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) +
    0.5 * Math.log((a / n) * (b / (2 * Math.PI)))
  );
}

/** One tail of Beta(a, b) at a point: the lower one below the mean, the upper one above. */
export function betaTail(a: number, b: number, point: BetaPoint): Tail {
  if (point.x <= 0) return { lower: true, log: Number.NEGATIVE_INFINITY };
  if (point.y <= 0) return { lower: false, log: Number.NEGATIVE_INFINITY };
  const weight = logBetaWeight(a, b, point);
  if (point.excess <= 0) return { lower: true, log: weight + Math.log(fraction(a, b, point)) };
  const mirrored = { x: point.y, y: point.x, excess: -point.excess };
  return { lower: false, log: weight + Math.log(fraction(b, a, mirrored)) };
}

/** I_x(a, b) B(a, b) / (x^a y^b) for x below the mean, by the modified Lentz method. */
function fraction(a: number, b: number, { x, y, excess }: BetaPoint): number {
  const n = a + b;
  let denominator = (a / (a + 1)) * (1 - excess);
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / denominator;
  let value = d;
  for (let m = 1; m < 1_000_000; m++) {
    const odd = a + 2 * m - 1;
    const cross = (m * (b - m) * x) / odd;
    const numerator = ((a + m - 1) / odd) * (n + m - 1) * x * cross;
    denominator = m + cross + ((a + m) / (odd + 2)) * (1 - excess + m * (1 + y));
    d = 1 / (numerator * d + denominator);
    c = denominator + numerator / c;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return value;
}
