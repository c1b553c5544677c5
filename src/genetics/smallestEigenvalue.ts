// Lanczos with full reorthogonalization (Golub & Van Loan 2013, section 10.1): the ends of the spectrum come first.

import { createMatrix } from "../linalg/matrix.ts";
import { dot } from "../linalg/squareProducts.ts";
import { tridiagonalEigen } from "../linalg/tridiagonalEigen.ts";

const MOST_STEPS = 120;

/**
 * The smallest eigenvalue of a symmetric matrix of which only products are known: exact up to 120 rows, otherwise
 * from above and close to it. Deterministic.
 */
export function smallestEigenvalue(size: number, multiply: (x: Float64Array) => Float64Array): number {
  const steps = Math.min(size, MOST_STEPS);
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let next = startingVector(size);
  for (let k = 0; k < steps; k++) {
    const length = Math.sqrt(dot(next, next));
    if (k > 0) beside.push(length);
    const current = next.map((value) => value / length);
    basis.push(current);
    const image = multiply(current);
    diagonal.push(dot(image, current));
    const scale = Math.sqrt(dot(image, image));
    // twice is enough
    for (let pass = 0; pass < 2; pass++) {
      for (const vector of basis) {
        const along = dot(image, vector);
        for (let i = 0; i < size; i++) image[i]! -= along * vector[i]!;
      }
    }
    next = image;
    if (Math.sqrt(dot(next, next)) <= 1e-13 * scale) break;
  }
  const k = diagonal.length;
  const t = createMatrix(k, k);
  for (let i = 0; i < k; i++) {
    t.values[i * (k + 1)] = diagonal[i]!;
    if (i + 1 < k) {
      t.values[i + 1 + i * k] = beside[i]!;
      t.values[i + (i + 1) * k] = beside[i]!;
    }
  }
  return tridiagonalEigen(t).values[0]!;
}

/** Nothing special about any direction: fractional parts of multiples of the golden ratio. */
function startingVector(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => 0.25 + (((i + 1) * 0.6180339887498949) % 1));
}
