/**
 * A <- A^-1 in place by Gauss-Jordan elimination with partial pivoting; A is n x n column-major, n small.
 * Returns the determinant of A (0 when singular; A is then meaningless). `pivots` is scratch of length n.
 */
export function invertInPlace(n: number, a: Float64Array, pivots: Int32Array): number {
  let determinant = 1;
  for (let k = 0; k < n; k++) {
    let row = k;
    let largest = Math.abs(a[k + k * n]!);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i + k * n]!);
      if (size > largest) {
        largest = size;
        row = i;
      }
    }
    if (!(largest > 0)) return 0;
    pivots[k] = row;
    if (row !== k) {
      determinant = -determinant;
      for (let j = 0; j < n; j++) {
        const swap = a[k + j * n]!;
        a[k + j * n] = a[row + j * n]!;
        a[row + j * n] = swap;
      }
    }
    const pivot = a[k + k * n]!;
    determinant *= pivot;
    a[k + k * n] = 1;
    for (let j = 0; j < n; j++) a[k + j * n]! /= pivot;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = a[i + k * n]!;
      if (factor === 0) continue;
      a[i + k * n] = 0;
      for (let j = 0; j < n; j++) a[i + j * n]! -= factor * a[k + j * n]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    const column = pivots[k]!;
    if (column === k) continue;
    for (let i = 0; i < n; i++) {
      const swap = a[i + k * n]!;
      a[i + k * n] = a[i + column * n]!;
      a[i + column * n] = swap;
    }
  }
  return determinant;
}
