// The leaf at one value of its Lambda: with W_j = Phi (I + A_j Phi)^-1 = K_j K_j' and E_j = (I + A_j Phi)^-1, the
// Schur complement loses (Lambda'A_rj K_j)(Lambda'A_rj K_j)', and traces need Lambda'A_rj E_j'.

import type { LeafTable } from "../../linalg/kernels.ts";

export interface LeafElimination {
  /** K_j and E_j at j * S0 * S0 */
  readonly k: Float64Array;
  readonly e: Float64Array;
  /** where the entries are: Lambda'A_rj K_j after `scale`, Lambda'A_rj E_j' after `project` */
  readonly table: LeafTable;
  /** Sets K, E and the entries; returns sum log |I + A_j Phi|, NaN when that fails. */
  scale(lambdas: readonly Float64Array[], leafPhi: Float64Array): number;
  /** Replaces the entries by Lambda'A_rj E_j'. */
  project(lambdas: readonly Float64Array[]): void;
  /** The random columns [c0, c1) of the Schur complement, in a panel of `ld` rows, lose the leaf; after `scale`. */
  update(c0: number, c1: number, rowPosition: number, panel: number, ld: number): void;
  /** The matrix at `block` (p + 1 square, lower triangle) -= sum_j (K_j'T_j)'(K_j'T_j), after `scale`. */
  subtractTails(block: number): void;
  /**
   * The matrix at `out` (S0 x S0) += sum_j V_j C V_j' over the pairs of entries V_j that meet in the columns [c0, c1)
   * of C, the first `tailCount` columns of X~ among them; after `project`.
   */
  addTrace(
    c0: number,
    c1: number,
    rowPosition: number,
    panel: number,
    ld: number,
    tailCount: number,
    out: number,
  ): void;
  /** sum_j <row a of E_j T_j, C row b of E_j T_j> over X~, after `project`; C is p x p, symmetric. */
  tailTrace(a: number, b: number, C: Float64Array): number;
  /** E_j T_j of all levels, (p + 1) values for each scalar, after `project`, and where they start. */
  projectedTails(): { readonly values: Float64Array; readonly start: number };
  /** Takes over the response where it has changed in the statistics. */
  renewResponse(): void;
}
