// Products of square blocks of a handful of rows, inline: a call into the kernels would cost more than the work.

/** x'y */
export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** Euclidean length of x. */
export function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

/** A x for a square A given by its columns. */
export function timesVector(a: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  const out = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const xj = x[j]!;
    // contrasts are mostly zeros
    if (xj !== 0) for (let i = 0; i < n; i++) out[i]! += a[i + j * n]! * xj;
  }
  return out;
}

/** x' A x */
export function quadraticForm(a: Float64Array, x: Float64Array): number {
  return dot(x, timesVector(a, x));
}

/** out = A B, n x n column-major; A starts at `at`. */
export function multiplySquare(
  n: number,
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  at: number = 0,
): void {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[at + i + k * n]! * b[k + j * n]!;
      out[i + j * n] = sum;
    }
  }
}

/** out = A B', n x n column-major: a covariance from its root where both are one. */
export function multiplyByTransposed(n: number, a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[i + k * n]! * b[j + k * n]!;
      out[i + j * n] = sum;
    }
  }
}
