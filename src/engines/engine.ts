import type { Note } from "../base/notes.ts";
import type { ParameterSpec } from "../covariance/structure.ts";
import type { KernelName, Kernels } from "../linalg/kernels.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Criterion, Model } from "../model/model.ts";

export type EngineName = "linear" | "blocked" | "equations" | "marginal" | "spectral";

/** Whether an engine can fit a model; a reason when it cannot. */
export type Support = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** Turns a model into an objective with gradient and solution. A value behind this interface; passes the conformance suite. */
export interface Engine {
  readonly name: EngineName;
  supports(model: Model, options?: PrepareOptions): Support;
  /** All symbolic work, sufficient statistics and memory; `evaluate` does no work of more than linear cost in n. */
  prepare(model: Model, criterion: Criterion, kernels: Kernels, options?: PrepareOptions): Problem;
}

/** What may be known beforehand. */
export interface PrepareOptions {
  /** the mixed model equations also where another engine would do */
  readonly engine?: "equations";
  /** covariances held at known values, by component name (`residual` for R0): k x k, natural scale */
  readonly held?: ReadonlyMap<string, Matrix>;
  /** how the equations are solved where all covariances are held; default by predicted memory and time (`equations` engine) */
  readonly solver?: "auto" | "factor" | "iteration";
  /** called with the solver that was chosen and what it will cost (`equations` engine) */
  readonly onPlan?: (plan: SolverPlan) => void;
  /** called once a round of a solution by iteration; false stops it */
  readonly onIteration?: (progress: IterationProgress) => boolean | undefined;
}

/** How the mixed model equations will be solved, known before memory is taken. */
export interface SolverPlan {
  readonly solver: "factor" | "iteration";
  /** number of equations */
  readonly unknowns: number;
  /** why they are solved by iteration */
  readonly reason?: string;
  /** memory of the factor with its selected inverse; null where the equations were not even ordered */
  readonly bytes: number | null;
  /** floating-point operations of one factorization */
  readonly flops: number | null;
  /** entries of the factor */
  readonly nonzeros: number | null;
  /** predicted time of a factorization with its selected inverse: one iteration of a search, or all reliabilities */
  readonly seconds: number | null;
}

/** Where a solution by iteration stands. */
export interface IterationProgress {
  readonly iteration: number;
  /** relative residual, to be brought to 1e-10 */
  readonly residual: number;
  /** largest distance of any effect from the exact solution, in its standard errors, as estimated some rounds later */
  readonly error: number;
  /** 1 for the effects, then one for the standard errors of every fixed effect; of `solutions` */
  readonly solution?: number;
  readonly solutions?: number;
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
  /** r2 at theta, and its derivative in theta (with `gradient`); absent on the absolute scale */
  readonly residualSumOfSquares?: number;
  readonly residualGradient?: Float64Array;
}

export interface Problem {
  readonly criterion: Criterion;
  /** the kernels that run, where they may be others than those given to `prepare` */
  readonly kernels?: KernelName;
  readonly parameters: readonly ParameterSpec[];
  /** starting values, length q */
  readonly start: Float64Array;
  readonly hessianKind: "exact" | "average-information";
  /**
   * No allocation, never throws. With `sigma2` the residual variance is held there instead of profiled out, and gradient and
   * Hessian are those in theta at that value; on the absolute scale it is in theta anyway, and the argument is ignored.
   */
  evaluate(theta: Float64Array, order: EvaluationOrder, sigma2?: number): Evaluation;
  /** a predicted decrease below this is not worth another evaluation; absent: as the search thinks */
  readonly worthwhile?: number;
  /** The exact Hessian where `evaluate` gives average information, by differences of the exact gradient. */
  exactHessian?(theta: Float64Array): Matrix;
  /** random effects whose columns lie in the span of the fixed effects: REML knows nothing of their variance */
  readonly confounded?: readonly ConfoundedEffect[];
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
  /**
   * `relative` (where absent): theta is relative to sigma, which is profiled out. `absolute`: theta holds the residual's
   * parameters too; then `Estimates.covariances` and `residualCovariance` are there, `Precision.hessian` belongs to the
   * whole theta, and `Precision.covarianceDerivatives` are those of Var(b) itself.
   */
  readonly scale?: "relative" | "absolute";
  /** `iteration`: no likelihood (the objective is not a number) and no `precision`, which throws */
  readonly solver?: "factor" | "iteration";
  /** The solution of the mixed model equations with prediction error variances (`equations` engine). */
  equations?(theta: Float64Array): EquationsSolution;
  /** Likelihood and derivatives in the natural variances and covariances (`equations` engine). */
  readonly natural?: NaturalProblem;
  /** Takes another response for the same design: what a new `prepare` would give, but `start`, which stays. */
  setResponse?(sums: ResponseSums): void;
  /** Gives memory back to the kernels, for the next problem; this one may not be used afterwards. */
  release?(): void;
}

/** All that the likelihood sees of a response: r = y - offset - X~ gamma, its least-squares fit taken out. */
export interface ResponseSums {
  /** Z~'W r of each factor in the engine's order (`groupFactors`), level-major; none in a linear model */
  readonly random: readonly Float64Array[];
  /** X~'W r, length p: rounding noise */
  readonly fixed: Float64Array;
  /** gamma, length p */
  readonly coefficients: Float64Array;
  /** r'W r */
  readonly sumOfSquares: number;
}

/** The solution of Henderson's equations on the absolute scale. */
export interface EquationsSolution {
  /** per random term */
  readonly components: readonly ComponentSolution[];
  /** R0, T x T (1 x 1 for one trait) */
  readonly residual: Matrix;
  /** b in the user's coding, length p */
  readonly beta: Float64Array;
  /** Var(b), p x p */
  readonly fixedCovariance: Matrix;
  /** restricted log-likelihood with every constant, and without (n - p) log 2 pi as animal breeding programs print it */
  readonly restrictedLogLik: number;
  readonly restrictedLogLikWithoutConstant: number;
  readonly logLik: number;
}

export interface ComponentSolution {
  /** index of the random term in the model */
  readonly term: number;
  readonly held: boolean;
  /** Sigma, k x k */
  readonly covariance: Matrix;
  /** all levels of the relationship (groups included), level-major: u[level * k + coefficient] */
  readonly effects: Float64Array;
  /** Var(u-hat - u) of every level, k x k blocks */
  readonly predictionErrors: Float64Array;
  /** fixed groups that cannot be told from the fixed effects: `level * k + coefficient`, their effect is zero */
  readonly confounded: Int32Array;
}

/** The free variances and covariances as they are: entries of the lower triangles by columns, the residual's last. */
export interface NaturalProblem {
  readonly entries: readonly NaturalEntry[];
  /** values at theta */
  valuesAt(theta: Float64Array): Float64Array;
  /** theta of the values (nearest member of a structure) */
  thetaAt(values: Float64Array): Float64Array;
  /** The same for values that a user gave: throws engine/held-covariance where they are no covariances. */
  startAt(values: Float64Array): Float64Array;
  /** Never throws; buffers are reused. With `derivatives`, score and information too. */
  evaluate(values: Float64Array, derivatives: boolean): NaturalEvaluation;
  /** One step of expectation maximization from the values. */
  expectationMaximization(values: Float64Array): Float64Array;
}

/** A variance or covariance. */
export interface NaturalEntry {
  /** component name, or `residual` */
  readonly component: string;
  readonly row: number;
  readonly column: number;
  /** coefficients of the component */
  readonly size: number;
}

export interface NaturalEvaluation {
  /** false outside the parameter space */
  readonly ok: boolean;
  /** -2 log-likelihood with every constant */
  readonly objective: number;
  /** d log-likelihood / d value */
  readonly score: Float64Array;
  /** average information, q x q; its inverse is the asymptotic covariance of the estimates */
  readonly information: Matrix;
}

export interface ConfoundedEffect {
  /** index of the random term in the model */
  readonly term: number;
  /** index of its coefficient */
  readonly coefficient: number;
  /** its term's first parameter in theta, where held covariances have none */
  readonly first?: number;
}

/** In place of a term: the residual covariance across traits. */
export const RESIDUAL: number = -1;

export interface BoundaryScore {
  /** index of the random term in the model, or RESIDUAL */
  readonly term: number;
  /** unit vector over the term's coefficients (the traits), length k, that has zero variance */
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
  /** Sigma of every random term and R0, natural scale; where `Problem.scale` is absolute */
  readonly covariances?: readonly Matrix[];
  readonly residualCovariance?: Matrix;
  /** how the solution was found, where users should know */
  readonly notes?: readonly Note[];
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
