import { createMatrix, type Matrix } from "./matrix.ts";
import { choleskyInPlace, invertCholesky } from "./smallCholesky.ts";

interface SymmetricInverse {
  /** the inverse; a generalized one, with zero rows and columns, where unknowns had to be set to zero */
  readonly inverse: Matrix;
  /** unknowns that depend on earlier ones and were set to zero, ascending */
  readonly dependent: readonly number[];
}

/** A pivot below this fraction of its diagonal entry is what rounding leaves of zero. */
const DEPENDENT = 1e-11;

/**
 * The inverse of a small symmetric positive semidefinite matrix (dense, n x n): where it is singular, the
 * generalized inverse that sets unknowns to zero which depend on those before them (Searle 1971, section 1.1).
 */
export function symmetricInverse(matrix: Matrix): SymmetricInverse {
  const n = matrix.rows;
  const dependent = dependentColumns(matrix);
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => !dependent.includes(i));
  const m = kept.length;
  const root = new Float64Array(m * m);
  kept.forEach((from, j) => {
    for (let i = 0; i < m; i++) root[i + j * m] = matrix.values[kept[i]! + from * n]!;
  });
  choleskyInPlace(root, m);
  const small = new Float64Array(m * m);
  invertCholesky(root, m, small);
  const inverse = createMatrix(n, n);
  kept.forEach((to, j) => {
    for (let i = 0; i < m; i++) inverse.values[kept[i]! + to * n] = small[i + j * m]!;
  });
  return { inverse, dependent };
}

function dependentColumns({ rows: n, values }: Matrix): number[] {
  const l = values.slice();
  const dependent: number[] = [];
  for (let j = 0; j < n; j++) {
    let pivot = l[j + j * n]!;
    for (let k = 0; k < j; k++) pivot -= l[j + k * n]! ** 2;
    if (!(pivot > DEPENDENT * values[j + j * n]!)) {
      dependent.push(j);
      for (let i = j; i < n; i++) l[i + j * n] = 0;
      continue;
    }
    const root = Math.sqrt(pivot);
    l[j + j * n] = root;
    for (let i = j + 1; i < n; i++) {
      let s = l[i + j * n]!;
      for (let k = 0; k < j; k++) s -= l[i + k * n]! * l[j + k * n]!;
      l[i + j * n] = s / root;
    }
  }
  return dependent;
}
