// How Var(b) and the information on the variances hang together: what small-sample inference on fixed effects needs of V.

import type { Matrix } from "../linalg/matrix.ts";

/** A change of one covariance, natural scale. */
export interface VarianceDirection {
  /** index of the random term in the model; their number stands for the residual's R0 */
  readonly term: number;
  /** symmetric, k x k (T x T for R0) */
  readonly values: Float64Array;
}

/**
 * Derivatives of V in directions V_i at known covariances, natural scale, with P = V^-1 - V^-1 X Phi X'V^-1 and
 * H = V^-1 X Phi. In the notation of Kenward & Roger (1997): Phi P_i Phi = -derivatives[i] and
 * Phi (Q_ij - P_i Phi P_j) Phi = curvature of (i, j).
 */
export interface VarianceSensitivity {
  /** Phi = (X'V^-1X)^-1, p x p, in the user's coding */
  readonly covariance: Matrix;
  /** d Phi / d V_i = H'V_iH, p x p each */
  readonly derivatives: readonly Matrix[];
  /** symmetric part of H'V_i P V_jH, p x p each, at i (i + 1) / 2 + j for i >= j */
  readonly curvature: readonly Matrix[];
  /** tr(P V_i P V_j): twice the expected information of REML, r x r */
  readonly information: Matrix;
  /** tr(P V_i), length r */
  readonly traces: Float64Array;
}

/** A model at its covariances, ready for any directions. */
export type SensitivityAt = (directions: readonly VarianceDirection[]) => VarianceSensitivity;
