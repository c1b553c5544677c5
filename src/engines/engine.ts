import type { ParameterSpec } from "../covariance/structure.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Criterion, Model } from "../model/model.ts";

export type EngineName = "linear" | "blocked" | "equations" | "marginal" | "spectral";

/** Whether an engine can fit a model; a reason when it cannot. */
export type Support = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** Turns a model into an objective with gradient and solution. A value behind this interface; passes the conformance suite. */
export interface Engine {
  readonly name: EngineName;
  supports(model: Model): Support;
  /** All symbolic work, sufficient statistics and memory; n is not touched again by `evaluate`. */
  prepare(model: Model, criterion: Criterion, kernels: Kernels): Problem;
}

/** 0: objective; 1: and gradient; 2: and Hessian. */
export type EvaluationOrder = 0 | 1 | 2;

/** Buffers are reused by the next call. */
export interface Evaluation {
  /** false when a factorization failed; the numbers are then meaningless */
  readonly ok: boolean;
  /** -2 log-likelihood (ML or REML) with every constant, profiled over beta and sigma */
  readonly objective: number;
  /** length q = parameters.length */
  readonly gradient: Float64Array;
  /** q x q: exact, or average information plus the exact curvature of Phi(theta) (see `hessianKind`) */
  readonly hessian: Matrix;
}

export interface Problem {
  readonly criterion: Criterion;
  readonly parameters: readonly ParameterSpec[];
  /** starting values, length q */
  readonly start: Float64Array;
  readonly hessianKind: "exact" | "average-information";
  /** No allocation, never throws. */
  evaluate(theta: Float64Array, order: EvaluationOrder): Evaluation;
  /** The exact Hessian where `evaluate` gives average information, by differences of the exact gradient. */
  exactHessian?(theta: Float64Array): Matrix;
  /** Nonnegative diagonals and standard deviations; same objective. */
  rectify(theta: Float64Array): void;
  /**
   * Derivative of the objective with respect to the variance in each direction that theta leaves at
   * zero: one entry per null direction of each covariance at theta; negative means the fit can improve.
   */
  boundaryScores(theta: Float64Array): readonly BoundaryScore[];
  /** Estimates at theta, once, at the end. */
  solve(theta: Float64Array): Estimates;
  /** Prediction error variances and derivatives that inference needs, at theta. */
  precision(theta: Float64Array): Precision;
}

export interface BoundaryScore {
  /** index of the random term in the model */
  readonly term: number;
  /** unit vector over the term's coefficients, length k, that has zero variance */
  readonly direction: Float64Array;
  /** d objective / d (relative variance in that direction), one-sided */
  readonly score: number;
}

export interface Estimates {
  /** length p, in the user's coding */
  readonly beta: Float64Array;
  /** (X'V^-1 X)^-1 with V relative to sigma2: multiply by sigma2 for the variance; p x p */
  readonly unscaledCovariance: Matrix;
  /** residual standard deviation: REML divides by n - p, ML by n */
  readonly sigma: number;
  /** minimal penalized weighted residual sum of squares r2 */
  readonly penalizedResidualSumOfSquares: number;
  /** -2 log-likelihood at theta by ML (with sigma profiled by ML) and by REML */
  readonly deviance: number;
  readonly remlCriterion: number;
  /** conditional modes (BLUPs) per random term, q_t x k_t stored level-major: u[level * k + coefficient] */
  readonly modes: readonly Float64Array[];
}

export interface Precision {
  /**
   * Conditional covariance of the modes relative to sigma2, per random term: q_t blocks of k_t x k_t (column-major),
   * with beta unknown (prediction error variance, as in the mixed model equations) and with beta held (as lme4's condVar).
   */
  readonly predictionErrorBlocks: readonly Float64Array[];
  readonly conditionalBlocks: readonly Float64Array[];
  /** exact Hessian of `objective` in theta, q x q (by central differences of the exact gradient where no closed form is used) */
  readonly hessian: Matrix;
  /** gradient of r2 with respect to theta, length q */
  readonly residualGradient: Float64Array;
  /** d unscaledCovariance / d theta_a, one p x p matrix per parameter */
  readonly covarianceDerivatives: readonly Matrix[];
}
