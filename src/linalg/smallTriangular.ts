// Triangular solves of a handful of unknowns, inline: a call into the kernels would cost more than the work.
// Matrices are n x n column-major.

/** x <- L^-1 x */
export function solveLower(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let s = x[i]!;
    for (let k = 0; k < i; k++) s -= l[i + k * n]! * x[k]!;
    x[i] = s / l[i + i * n]!;
  }
}

/** x <- L^-T x */
export function solveLowerTransposed(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    let s = x[i]!;
    for (let k = i + 1; k < n; k++) s -= l[k + i * n]! * x[k]!;
    x[i] = s / l[i + i * n]!;
  }
}

/** x <- U^-1 x for an upper triangular U; x is the vector at offset + i * stride. */
export function solveUpper(
  u: Float64Array,
  n: number,
  x: Float64Array,
  offset: number = 0,
  stride: number = 1,
): void {
  for (let i = n - 1; i >= 0; i--) {
    let s = x[offset + i * stride]!;
    for (let k = i + 1; k < n; k++) s -= u[i + k * n]! * x[offset + k * stride]!;
    x[offset + i * stride] = s / u[i + i * n]!;
  }
}
