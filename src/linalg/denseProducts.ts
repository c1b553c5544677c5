// Plain products of small dense matrices, for pages that show them; fits use the kernels.

import { createMatrix, type Matrix } from "./matrix.ts";

/** A B */
export function product(A: Matrix, B: Matrix): Matrix {
  const out = createMatrix(A.rows, B.columns);
  for (let j = 0; j < B.columns; j++) {
    for (let k = 0; k < A.columns; k++) {
      const factor = B.values[k + j * B.rows]!;
      if (factor === 0) continue;
      for (let i = 0; i < A.rows; i++) out.values[i + j * A.rows]! += A.values[i + k * A.rows]! * factor;
    }
  }
  return out;
}

/** A' */
export function transpose(A: Matrix): Matrix {
  const out = createMatrix(A.columns, A.rows);
  for (let j = 0; j < A.columns; j++) {
    for (let i = 0; i < A.rows; i++) out.values[j + i * A.columns] = A.values[i + j * A.rows]!;
  }
  return out;
}

/** A x as a vector */
export function timesVector({ rows, columns, values }: Matrix, x: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    const factor = x[j]!;
    for (let i = 0; i < rows; i++) out[i]! += values[i + j * rows]! * factor;
  }
  return out;
}
