import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** Loadings of the k largest principal axes of a symmetric q x q matrix: U_k D_k^1/2, q x k by columns; negative D count as zero. */
export function principalLoadings(phi: Float64Array, size: number, rank: number): Float64Array {
  const { values, vectors } = symmetricEigen({ rows: size, columns: size, values: phi });
  const loadings = new Float64Array(size * rank);
  for (let j = 0; j < rank; j++) {
    const axis = size - 1 - j;
    const root = Math.sqrt(Math.max(0, values[axis]!));
    for (let i = 0; i < size; i++) loadings[i + j * size] = root * vectors.values[i + axis * size]!;
  }
  return loadings;
}
