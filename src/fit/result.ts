import type { Note } from "../base/notes.ts";
import type { Design } from "../design/design.ts";
import type { BoundaryScore, EngineName } from "../engines/engine.ts";
import type { KernelName } from "../linalg/kernels.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";

/** How the parameters were found: `OLS` is the linear model with the unbiased residual variance, `ANOVA` Henderson's method 3. */
export type FitMethod = "REML" | "ML" | "OLS" | "ANOVA";

/**
 * A fitted model: plain frozen data. Verbs are functions of it (`fixedEffects(fit)`, `predict(fit, rows)`).
 * The model (the numbers that were fitted) rides along by reference.
 */
export interface FitResult {
  readonly method: FitMethod;
  readonly engine: EngineName;
  /** how the mixed model equations were solved (`equations` engine); by iteration there is no likelihood and no precision */
  readonly solver?: "factor" | "iteration";
  readonly kernels: KernelName;
  readonly model: Model;
  /** null when a Model was fitted directly */
  readonly design: Design | null;
  readonly nobs: number;
  /** covariance parameters, length q, relative to sigma; of the free covariances and the residual where `residualCovariance` is there */
  readonly theta: Float64Array;
  /** length p, columns of model.fixed.matrix */
  readonly beta: Float64Array;
  /** (X'V^-1X)^-1, V relative to sigma2; vcov = sigma2 times this */
  readonly unscaledCovariance: Matrix;
  readonly sigma: number;
  /** per random term: Sigma = sigma2 Phi, k x k, natural scale */
  readonly covariances: readonly Matrix[];
  /** R0 where the model is on the absolute scale (relationships, several traits, held variances), T x T; else null */
  readonly residualCovariance: Matrix | null;
  /** names of components whose covariances were held at known values */
  readonly held: readonly string[];
  /** BLUPs per random term, level-major: u[level * k + coefficient] */
  readonly modes: readonly Float64Array[];
  /** log-likelihood of the method (REML: restricted; OLS: ML log-likelihood as R's logLik(lm)) */
  readonly logLik: number;
  /** p + number of free variance parameters (with sigma) */
  readonly degreesOfFreedom: number;
  readonly AIC: number;
  readonly BIC: number;
  /** -2 ML log-likelihood at the estimates */
  readonly deviance: number;
  /** -2 REML log-likelihood at the estimates; null for ML fits */
  readonly remlCriterion: number | null;
  readonly residualSumOfSquares: number;
  readonly convergence: ConvergenceCertificate;
  readonly notes: readonly Note[];
}

/** Evidence that theta is a minimum; computed from the exact gradient and the Hessian, never an optimizer's flag. */
export interface ConvergenceCertificate {
  readonly converged: boolean;
  readonly optimizer: string;
  readonly iterations: number;
  readonly evaluations: { readonly objective: number; readonly gradient: number };
  /** largest absolute gradient entry on the free parameters */
  readonly gradientNorm: number;
  /** predicted further drop of the objective, g'H^-1 g / 2, on the free parameters */
  readonly newtonDecrement: number;
  /** largest predicted change of a fixed-effect estimate, in units of its standard error; null where not computed */
  readonly expectedChange: number | null;
  /** smallest eigenvalue of the scaled Hessian on the free parameters */
  readonly smallestCurvature: number | null;
  /** parameters (indices in theta) that move together without changing the likelihood; absent as a rule */
  readonly flatParameters?: readonly number[];
  readonly hessianKind: "exact" | "average-information" | "none";
  readonly boundary: readonly BoundaryScore[];
  /** one row per iteration when asked for */
  readonly trace: readonly TraceRow[] | null;
}

export interface TraceRow {
  readonly iteration: number;
  readonly objective: number;
  readonly decrement: number;
  readonly theta: readonly number[];
}
