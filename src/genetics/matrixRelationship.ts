import type { Note } from "../base/notes.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { Relationship } from "../model/relationship.ts";
import type { Table } from "../table/table.ts";
import { invertDense, requireDenseSize } from "./denseInverse.ts";
import { lowerTriangle } from "./lowerTriangle.ts";
import { inverseProperties } from "./sparseInverse.ts";
import { readSymmetric, toDense, toTriplets } from "./symmetricTable.ts";

export interface MatrixOptions {
  /** name in `cov = A` */
  readonly name: string;
  /** added to the diagonal of the matrix; default 0 */
  readonly ridge?: number;
  /** default the fastest there are */
  readonly kernels?: Kernels;
}

export interface RelationshipWithNotes {
  readonly relationship: Relationship;
  readonly notes: readonly Note[];
}

/**
 * A relationship from the user's matrix K (dense or sparse table), inverted densely.
 *
 * @throws HendersonError "genetics/matrix-shape", "genetics/matrix-values", "genetics/asymmetric",
 *   "genetics/not-positive-definite", "genetics/near-singular", "genetics/too-large"
 */
export function matrixRelationship(table: Table, options: MatrixOptions): RelationshipWithNotes {
  const { name, ridge = 0, kernels } = options;
  const what = `the matrix of '${name}'`;
  const read = readSymmetric(table, what);
  requireDenseSize(read.levels.length, what);
  const matrix = read.kind === "dense" ? read.matrix : toDense(read);
  const n = matrix.rows;
  for (let i = 0; i < n; i++) matrix.values[i * (n + 1)]! += ridge;
  const hint = `look for levels that are copies of each other, or add to the diagonal: matrix:FILE,ridge=${ridge > 0 ? Number((10 * ridge).toPrecision(2)) : 0.01}`;
  const { inverse, logDeterminant } = invertDense(matrix, what, hint, kernels);
  const notes: Note[] = [...read.notes];
  if (ridge !== 0) {
    notes.push({
      code: "genetics/ridge",
      severity: "info",
      message: `${ridge} was added to the diagonal of ${what}`,
    });
  }
  return {
    relationship: {
      name,
      source: "matrix",
      levels: read.levels,
      inverse,
      logDeterminant,
      diagonal: Float64Array.from({ length: n }, (_, i) => matrix.values[i * (n + 1)]!),
      fixedGroups: 0,
      groups: 0,
    },
    notes,
  };
}

/**
 * A relationship from the inverse K^-1 of its matrix (dense or sparse table), kept sparse; log|K| and the diagonal
 * of K come from its sparse Cholesky factor.
 *
 * @throws HendersonError as `matrixRelationship`
 */
export function inverseMatrixRelationship(
  table: Table,
  options: Omit<MatrixOptions, "ridge">,
): RelationshipWithNotes {
  const { name, kernels } = options;
  const what = `the inverse matrix of '${name}'`;
  const read = readSymmetric(table, what);
  const { diagonal, triplets } = read.kind === "sparse" ? read : toTriplets(read.matrix);
  const inverse = lowerTriangle(diagonal, triplets);
  const properties = inverseProperties(inverse, what, kernels);
  return {
    relationship: {
      name,
      source: "inverse",
      levels: read.levels,
      inverse,
      logDeterminant: properties.logDeterminant,
      diagonal: properties.diagonal,
      fixedGroups: 0,
      groups: 0,
    },
    notes: read.notes,
  };
}
