import type { Matrix } from "../linalg/matrix.ts";

/**
 * A one-parameter family of k x k correlation matrices C(x), x any real number.
 *
 * The matrices written are full k x k, column-major, length k * k.
 */
export interface CorrelationPattern {
  /** C, both triangles */
  correlation(x: number, size: number, out: Float64Array): void;
  /** lower Cholesky factor of C, zeros above; closed form, exact for |rho| near 1 */
  factor(x: number, size: number, out: Float64Array): void;
  /** dC / dx, both triangles */
  slope(x: number, size: number, out: Float64Array): void;
  /** x of the member nearest to a covariance, whose diagonal may hold zeros; x = 0 where it says nothing */
  estimate(phi: Matrix): number;
}

/** A starting correlation stays this far, relatively, from the ends of its interval, where slopes vanish. */
export const START_MARGIN = 1e-6;
