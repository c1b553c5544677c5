import type { Matrix } from "../linalg/matrix.ts";

/**
 * A one-parameter family of k x k correlation matrices C(angle), k >= 2: the correlation is an affine
 * function of sin(angle), so that C is smooth in any real angle and covers its whole interval.
 *
 * Both ends of the interval, where C is singular, are interior points of a search (at angles of +-pi/2),
 * as a zero is for a standard deviation; a transform that puts them at infinity, such as the
 * x / sqrt(1 + x^2) of glmmTMB, makes a search for them endless.
 *
 * The matrices written are full k x k, column-major, length k * k.
 */
export interface CorrelationPattern {
  /** C, both triangles */
  correlation(angle: number, size: number, out: Float64Array): void;
  /** lower Cholesky factor of C with nonnegative diagonal, zeros above; closed form, also where C is singular */
  factor(angle: number, size: number, out: Float64Array): void;
  /** dC / dangle, both triangles */
  slope(angle: number, size: number, out: Float64Array): void;
  /** angle in [-pi/2, pi/2] of the member nearest to a covariance, whose diagonal may hold zeros; rho = 0 where it says nothing */
  estimate(phi: Matrix): number;
}

/** The angle in [-pi/2, pi/2] with the same sine. */
export function principalAngle(angle: number): number {
  return Math.abs(angle) <= Math.PI / 2 ? angle : Math.asin(Math.sin(angle));
}

/** asin(sine) for a start: not at the ends of the interval, where the slope vanishes. */
export function startAngle(sine: number): number {
  return Math.asin(Math.max(START_MARGIN - 1, Math.min(1 - START_MARGIN, sine)));
}

const START_MARGIN = 1e-6;
