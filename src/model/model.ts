import type { CovarianceStructure } from "../covariance/structure.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * y = X b + sum_t Z_t u_t + offset + e,  u_t ~ N(0, Sigma_t (x) K_t),  e ~ N(0, sigma2 W^-1).
 * Numbers only; nothing left to interpret. Everything above the model is meaning, below is computation.
 */
export interface Model {
  /** length n, kept rows only, finite */
  readonly response: Float64Array;
  readonly fixed: FixedEffects;
  readonly random: readonly RandomTerm[];
  /** precision weights, length n, positive */
  readonly weights?: Float64Array;
  /** length n */
  readonly offset?: Float64Array;
}

/** Full-rank fixed effects: aliased columns have been taken out (see fixedEffects.ts). */
export interface FixedEffects {
  /** length p */
  readonly names: readonly string[];
  /** X, n x p, as the user coded it */
  readonly matrix: Matrix;
  /** X~ with X = X~ T: columns centred and scaled, or orthonormal where X is nearly collinear */
  readonly basis: Matrix;
  /** T, p x p upper triangular */
  readonly transform: Matrix;
  /** X~'W X~, p x p, with the model's weights (the identity matrix where X~ is orthonormal) */
  readonly crossproduct: Matrix;
}

export interface RandomTerm {
  /** unique component name (`Subject`, `block:harvest`, `Subject.Days`) */
  readonly component: string;
  /** name of the grouping as written */
  readonly group: string;
  /** levels with at least one record, in order; length q */
  readonly levels: readonly string[];
  /** length n, index into levels. Terms with the same grouping share this array. */
  readonly codes: Int32Array;
  /** k columns of length n; null stands for a column of ones */
  readonly basis: readonly (Float64Array | null)[];
  /** length k */
  readonly coefficientNames: readonly string[];
  readonly covariance: CovarianceStructure;
}

export type Criterion = "REML" | "ML";
