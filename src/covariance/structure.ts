import type { Matrix } from "../linalg/matrix.ts";

/** What a parameter of a structure means; all are relative to the residual standard deviation. */
export interface ParameterSpec {
  /** for messages and traces: `L[2,1]`, `sd[1]`, `rho` */
  readonly label: string;
  /** row and column (from 0) of Lambda, where the parameter is an entry of it */
  readonly row?: number;
  readonly column?: number;
  /** `factor`: Cholesky entry or loading (any sign); `sd`: relative standard deviation (sign free), or its square root where the label says so: Phi is even and smooth in both; `correlation`: an angle whose sine runs through the correlation's interval (any real; ends of the interval are interior) */
  readonly kind: "factor" | "sd" | "correlation";
}

/**
 * The covariance Sigma of a term's k coefficients, relative to the residual variance:
 * Phi(theta) = Sigma / sigma2 = Lambda Lambda'. One file a structure; all pass one conformance suite.
 *
 * Parameters are unconstrained; standard deviations and diagonal factor entries may have any sign
 * (the objective is even in them), so zero variance is an interior point of the search.
 */
export interface CovarianceStructure {
  readonly name: string;
  /** number of coefficients k */
  readonly size: number;
  /** number of factors, of structures that have them (fa, rr) */
  readonly rank?: number;
  /** number of directions that have no variance by construction (rr), which is no boundary; default 0 */
  readonly nullity?: number;
  readonly parameters: readonly ParameterSpec[];
  /** theta of the member of the structure nearest in kind to a positive semidefinite Phi (k x k), used for starting values */
  start(phi: Matrix, theta: Float64Array, offset: number): void;
  /** Phi is a quadratic function of theta: its second derivatives are constant (us, diag) */
  readonly quadratic?: boolean;
  /** Lambda(theta), k x k lower triangular, into `out` (overwritten) */
  factor(theta: Float64Array, offset: number, out: Matrix): void;
  /** dPhi / d theta_index, k x k symmetric, into `out` (overwritten) */
  derivative(theta: Float64Array, offset: number, index: number, out: Matrix): void;
  /** the same covariance with nonnegative standard deviations and diagonal entries */
  rectify(theta: Float64Array, offset: number): void;
}
