/** Pivots below this part of the diagonal count as zero. */
const NOTHING_LEFT = 1e-12;

/**
 * Lower triangular L with L L' = A for a positive semidefinite n x n A (column-major); directions without variance get
 * columns of zeros. For a regular A the Cholesky factor.
 *
 * @returns null where A is not positive semidefinite
 */
export function semidefiniteRoot(a: Float64Array, n: number): Float64Array | null {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const own = a[j + j * n]!;
    let pivot = own;
    for (let k = 0; k < j; k++) pivot -= l[j + k * n]! ** 2;
    if (!(pivot >= -1e-8 * Math.abs(own))) return null;
    const root = pivot > NOTHING_LEFT * own ? Math.sqrt(pivot) : 0;
    l[j + j * n] = root;
    for (let i = j + 1; i < n; i++) {
      let s = a[i + j * n]!;
      for (let k = 0; k < j; k++) s -= l[i + k * n]! * l[j + k * n]!;
      if (root > 0) l[i + j * n] = s / root;
      else if (Math.abs(s) > 1e-6 * Math.sqrt(Math.abs(own * a[i + i * n]!))) return null;
    }
  }
  return l;
}
