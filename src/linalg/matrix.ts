/** Dense column-major matrix: element (i, j) is `values[i + j * rows]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** length rows * columns */
  readonly values: Float64Array;
}

/** A matrix of zeros. */
export function createMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** The numbers by rows. */
export function matrixRows({ rows, columns, values }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (__, j) => values[i + j * rows]!),
  );
}
