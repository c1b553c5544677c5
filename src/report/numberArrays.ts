import type { Matrix } from "../linalg/matrix.ts";

/** A number as results show it: null where it is not finite. */
export function finiteOrNull(x: number | null | undefined): number | null {
  return x !== null && x !== undefined && Number.isFinite(x) ? x : null;
}

/** Rows of a column-major matrix, times `scale`; null where not finite. */
export function matrixRows({ rows, columns, values }: Matrix, scale = 1): (number | null)[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => finiteOrNull(scale * values[i + j * rows]!)),
  );
}
