import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** N^-1 and what follows from it. */
export interface Outcome {
  /** N^-1 z */
  readonly solution: Float64Array;
  /** N^-1 (or what is left of it), r x r */
  readonly inverse: Float64Array;
  readonly logDeterminant: number;
  readonly quadratic: number;
  readonly lost: readonly Float64Array[];
}

/**
 * Solves N x = z; along as many null directions as there are lost ones (the smallest eigenvalues) nothing is solved.
 *
 * @param N r x r, overwritten
 */
export function settle(N: Float64Array, r: number, z: Float64Array, lost: readonly Float64Array[]): Outcome {
  const inverse = new Float64Array(r * r);
  const solution = new Float64Array(r);
  let logDeterminant = 0;
  const factor = N.slice();
  if (lost.length === 0 && choleskyInPlace(factor, r)) {
    solution.set(z);
    solveCholesky(factor, r, solution);
    for (let j = 0; j < r; j++) {
      logDeterminant += 2 * Math.log(factor[j + j * r]!);
      const column = inverse.subarray(j * r, (j + 1) * r);
      column[j] = 1;
      solveCholesky(factor, r, column);
    }
  } else {
    const { values, vectors } = symmetricEigen({ rows: r, columns: r, values: N });
    for (let k = lost.length; k < r; k++) {
      const value = Math.max(values[k]!, Number.MIN_VALUE);
      logDeterminant += Math.log(value);
      let product = 0;
      for (let i = 0; i < r; i++) product += vectors.values[i + k * r]! * z[i]!;
      for (let i = 0; i < r; i++) {
        const weight = vectors.values[i + k * r]! / value;
        solution[i]! += weight * product;
        for (let j = 0; j < r; j++) inverse[i + j * r]! += weight * vectors.values[j + k * r]!;
      }
    }
  }
  let quadratic = 0;
  for (let i = 0; i < r; i++) quadratic += z[i]! * solution[i]!;
  return { solution, inverse, logDeterminant, quadratic, lost };
}

/** I - Y'Y for Y of `height` rows and r columns. */
export function oneMinusSquare(Y: Float64Array, height: number, r: number): Float64Array {
  const N = new Float64Array(r * r);
  for (let j = 0; j < r; j++) {
    for (let i = j; i < r; i++) {
      let sum = i === j ? 1 : 0;
      for (let a = 0; a < height; a++) sum -= Y[a + i * height]! * Y[a + j * height]!;
      N[i + j * r] = sum;
      N[j + i * r] = sum;
    }
  }
  return N;
}

/** A <- I - A, r x r; returns A. */
export function oneMinus(A: Float64Array, r: number): Float64Array {
  for (let j = 0; j < r; j++) for (let i = 0; i < r; i++) A[i + j * r] = (i === j ? 1 : 0) - A[i + j * r]!;
  return A;
}

/** X'Y for X (height x a) and Y (height x b), a x b. */
export function crossed(
  X: Float64Array,
  Y: Float64Array,
  height: number,
  a: number,
  b: number,
): Float64Array {
  const out = new Float64Array(a * b);
  for (let j = 0; j < b; j++) {
    for (let i = 0; i < a; i++) {
      let sum = 0;
      for (let h = 0; h < height; h++) sum += X[h + i * height]! * Y[h + j * height]!;
      out[i + j * a] = sum;
    }
  }
  return out;
}

/** An orthogonal root of a positive semidefinite A (t x t): A = F F', and F^+ h. */
export function spectralRoot(
  A: Float64Array,
  t: number,
  h: Float64Array,
): { readonly F: Float64Array; readonly rank: number; readonly z: Float64Array } {
  const { values, vectors } = symmetricEigen({ rows: t, columns: t, values: A });
  const kept: number[] = [];
  for (let k = t - 1; k >= 0; k--) if (values[k]! > 1e-14 * values[t - 1]! * t) kept.push(k);
  const r = kept.length;
  const F = new Float64Array(t * r);
  const z = new Float64Array(r);
  kept.forEach((k, c) => {
    const root = Math.sqrt(values[k]!);
    for (let i = 0; i < t; i++) {
      F[i + c * t] = root * vectors.values[i + k * t]!;
      z[c]! += (vectors.values[i + k * t]! * h[i]!) / root;
    }
  });
  return { F, rank: r, z };
}
