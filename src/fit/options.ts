import type { DesignOptions } from "../design/options.ts";
import type { Engine, IterationProgress, SolverPlan } from "../engines/engine.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { IterationReport } from "../optimize/objective.ts";
import type { ComponentValues } from "./componentValues.ts";

/** How the variance parameters are searched: with exact derivatives, by values of the objective alone, or by
 * the classic iterations in the variances themselves (average information, expectation maximization). */
export type Algorithm = "newton" | "bobyqa" | "ai" | "em";

/** How a model is fitted. */
export interface ModelOptions {
  /** criterion for the variance parameters, or ANOVA for Henderson's method 3; default REML. For a linear model without random terms the default is OLS. */
  readonly method?: "REML" | "ML" | "ANOVA";
  /** numeric kernels; default the fastest that this machine runs */
  readonly kernels?: Kernels;
  /** use kernels without fused multiply-add, so that the digits agree between machines */
  readonly deterministic?: boolean;
  /** starting theta (relative covariance parameters in the order of the model's terms); default moment estimates */
  readonly start?: ArrayLike<number>;
  /** covariances held at known values, by component (`residual` for the residual's): a variance, or a matrix by rows */
  readonly components?: ComponentValues;
  /** starting values of covariances by component, the others by default; not together with `start` */
  readonly startComponents?: ComponentValues;
  /** search; default Newton's method, and BOBYQA where that ends before a minimum is certain */
  readonly algorithm?: Algorithm;
  /** iterations of the search; default 200 for Newton's method, 1000 and 200 a parameter for BOBYQA */
  readonly maxIterations?: number;
  /** keep one row per iteration in the certificate */
  readonly trace?: boolean;
  /** called once an iteration; return false to cancel */
  readonly onProgress?: (progress: IterationReport) => boolean | undefined;
  /** engines beyond those that are always there: equationsEngine of henderson/genetics */
  readonly engines?: readonly Engine[];
  /** how the equations are solved where all variances are held; default by their predicted memory and time */
  readonly solver?: "auto" | "factor" | "iteration";
  /** called before the work begins where the mixed model equations are solved: by which solver, and what it will cost */
  readonly onPlan?: (plan: SolverPlan) => void;
  /** called once a round where the equations are solved by iteration; return false to stop with what there is */
  readonly onSolverProgress?: (progress: IterationProgress) => boolean | undefined;
}

/** Everything `fit` takes: how rows become a model, and how the model is fitted. */
export interface FitOptions extends DesignOptions, ModelOptions {}
