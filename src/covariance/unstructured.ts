import type { Matrix } from "../linalg/matrix.ts";
import type { CovarianceStructure, ParameterSpec } from "./structure.ts";

/** Pivots below this fraction of the original diagonal entry count as zero in `start`. */
const PIVOT_TOLERANCE = 1e-10;

/**
 * Any positive semidefinite k x k covariance: theta is the lower triangle of Lambda by columns,
 * (L[1,1], L[2,1], ..., L[k,1], L[2,2], ...), which is lme4's theta.
 *
 * Of size 1 it is the scalar structure: one relative standard deviation.
 * Source: Bates et al. (2015), J. Stat. Softw. 67(1), section 2.2.
 */
export function unstructured(size: number): CovarianceStructure {
  const parameters: ParameterSpec[] = [];
  const rowOf: number[] = [];
  const columnOf: number[] = [];
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      parameters.push({ label: `L[${i + 1},${j + 1}]`, row: i, column: j, kind: "factor" });
      rowOf.push(i);
      columnOf.push(j);
    }
  }
  /** index in theta of L[i,j], i >= j */
  const position = (i: number, j: number): number => j * size - (j * (j - 1)) / 2 + (i - j);

  return {
    name: "us",
    size,
    parameters,
    quadratic: true,

    start(phi: Matrix, theta: Float64Array, offset: number): void {
      for (let j = 0; j < size; j++) {
        for (let i = j; i < size; i++) {
          let sum = phi.values[i + j * size]!;
          for (let m = 0; m < j; m++) {
            sum -= theta[offset + position(i, m)]! * theta[offset + position(j, m)]!;
          }
          theta[offset + position(i, j)] = sum;
        }
        const pivot = theta[offset + position(j, j)]!;
        const root = pivot > PIVOT_TOLERANCE * phi.values[j + j * size]! ? Math.sqrt(pivot) : 0;
        theta[offset + position(j, j)] = root;
        for (let i = j + 1; i < size; i++) {
          const p = offset + position(i, j);
          theta[p] = root > 0 ? theta[p]! / root : 0;
        }
      }
    },

    factor(theta: Float64Array, offset: number, out: Matrix): void {
      out.values.fill(0);
      for (let p = 0; p < parameters.length; p++) {
        out.values[rowOf[p]! + columnOf[p]! * size] = theta[offset + p]!;
      }
    },

    derivative(theta: Float64Array, offset: number, index: number, out: Matrix): void {
      // dPhi = E_ij Lambda' + Lambda E_ji: column j of Lambda lies in row and column i, twice at (i, i)
      const i = rowOf[index]!;
      const j = columnOf[index]!;
      out.values.fill(0);
      for (let m = j; m < size; m++) {
        const entry = theta[offset + position(m, j)]!;
        out.values[i + m * size]! += entry;
        out.values[m + i * size]! += entry;
      }
    },

    rectify(theta: Float64Array, offset: number): void {
      for (let j = 0; j < size; j++) {
        if (theta[offset + position(j, j)]! >= 0) continue;
        for (let i = j; i < size; i++) {
          const p = offset + position(i, j);
          theta[p] = 0 - theta[p]!;
        }
      }
    },
  };
}
