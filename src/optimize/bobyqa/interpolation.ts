// What the parts of BOBYQA share: the interpolation points, the inverse of their KKT matrix and the quadratic model.
//
// Powell's names          here
//   xbase, xpt, fval      base, points, values
//   kopt                  best
//   zmat, bmat            z, b: blocks of the inverse H of the KKT matrix, Omega = Z Z', Xi' above Upsilon
//   gopt, hq and pq       gradient (at the best point), hessian (kept explicitly: n is small)
//   sl, su                lower, upper (relative to base)
//   rho, delta            rho, delta: lower bound of the trust region's radius, and the radius
//
// n variables, m = 2n + 1 points.

export interface Interpolation {
  readonly n: number;
  readonly m: number;
  /** origin of the coordinates, length n */
  readonly base: Float64Array;
  /** m x n, row k is point k relative to the base */
  readonly points: Float64Array;
  /** objective at the points, length m */
  readonly values: Float64Array;
  /** index of the point with the least value */
  best: number;
  /** bounds relative to the base, length n */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** m x (m - n - 1), column-major: Omega = Z Z' */
  readonly z: Float64Array;
  /** (m + n) x n, column-major: first m rows Xi' without the constant, then Upsilon */
  readonly b: Float64Array;
  /** gradient of the model at the best point, length n */
  readonly gradient: Float64Array;
  /** second derivatives of the model, n x n */
  readonly hessian: Float64Array;
}

/** An interpolation set without points yet. */
export function createInterpolation(n: number): Interpolation {
  const m = 2 * n + 1;
  return {
    n,
    m,
    base: new Float64Array(n),
    points: new Float64Array(m * n),
    values: new Float64Array(m),
    best: 0,
    lower: new Float64Array(n).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    z: new Float64Array(m * (m - n - 1)),
    b: new Float64Array((m + n) * n),
    gradient: new Float64Array(n),
    hessian: new Float64Array(n * n),
  };
}

/** Point k as a view. */
export function pointOf(set: Interpolation, k: number): Float64Array {
  return set.points.subarray(k * set.n, (k + 1) * set.n);
}

/** Squared distance of point k from the best one. */
export function squaredDistance(set: Interpolation, k: number): number {
  const { n, points, best } = set;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (points[k * n + i]! - points[best * n + i]!) ** 2;
  return sum;
}

/** out = H x with H square, column-major and symmetric. */
export function symmetricTimes(matrix: Float64Array, x: Float64Array, out: Float64Array): void {
  const n = x.length;
  out.fill(0);
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) out[i]! += matrix[i + j * n]! * x[j]!;
}

/** Change of the model from the best point to best + d. */
export function modelChange(set: Interpolation, d: Float64Array): number {
  const { n, gradient, hessian } = set;
  let change = 0;
  for (let j = 0; j < n; j++) {
    let curvature = 0;
    for (let i = 0; i < n; i++) curvature += hessian[i + j * n]! * d[i]!;
    change += d[j]! * (gradient[j]! + 0.5 * curvature);
  }
  return change;
}

/** Moves the origin to the best point: the inverse must then be formed anew. */
export function shiftBase(set: Interpolation): void {
  const { n, m, base, points, lower, upper } = set;
  const origin = pointOf(set, set.best).slice();
  for (let i = 0; i < n; i++) {
    base[i]! += origin[i]!;
    lower[i]! -= origin[i]!;
    upper[i]! -= origin[i]!;
    for (let k = 0; k < m; k++) points[k * n + i]! -= origin[i]!;
  }
}
