/**
 * A known covariance K between the levels of a random term, held as its sparse inverse: from a pedigree, from a matrix,
 * or from its inverse. Made by the genetics layer or by the user; engines read it, the design matches levels with data.
 */
export interface Relationship {
  /** name in `cov = A` */
  readonly name: string;
  /** how it was made, for messages */
  readonly source: "pedigree" | "sire-mgs" | "dominance" | "matrix" | "inverse";
  /** all q levels in order, with records or not; groups last */
  readonly levels: readonly string[];
  /** K^-1, lower triangle by columns, rows ascending, the diagonal first in its column */
  readonly inverse: SparseLowerTriangle;
  /** log |K|; of the part that is not fixed groups */
  readonly logDeterminant: number;
  /** K_ii (1 + F for a pedigree), length q; NaN for groups */
  readonly diagonal: Float64Array;
  /** number of trailing levels that are groups with fixed effects: K^-1 is singular along them, no reliability */
  readonly fixedGroups: number;
  /** number of trailing levels that are groups at all (fixed, random or metafounders) */
  readonly groups: number;
  /** part of every other level that comes from each fixed group, where known: (levels - groups) x groups, column-major */
  readonly groupParts?: Float64Array;
}

export interface SparseLowerTriangle {
  readonly size: number;
  /** length size + 1 */
  readonly pointers: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
}
