import type { DesignOptions } from "../design/options.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { IterationReport } from "../optimize/objective.ts";

/** How the variance parameters are searched: with exact derivatives, or by values of the objective alone. */
export type Algorithm = "newton" | "bobyqa";

/** How a model is fitted. */
export interface ModelOptions {
  /** criterion for the variance parameters; default REML. For a linear model without random terms the default is OLS. */
  readonly method?: "REML" | "ML";
  /** numeric kernels; default the fastest that this machine runs */
  readonly kernels?: Kernels;
  /** use kernels without fused multiply-add, so that the digits agree between machines */
  readonly deterministic?: boolean;
  /** starting theta (relative covariance parameters in the order of the model's terms); default moment estimates */
  readonly start?: ArrayLike<number>;
  /** search; default Newton's method, and BOBYQA where that ends before a minimum is certain */
  readonly algorithm?: Algorithm;
  /** iterations of the search; default 200 for Newton's method, 1000 and 200 a parameter for BOBYQA */
  readonly maxIterations?: number;
  /** keep one row per iteration in the certificate */
  readonly trace?: boolean;
  /** called once an iteration; return false to cancel */
  readonly onProgress?: (progress: IterationReport) => boolean | undefined;
}

/** Everything `fit` takes: how rows become a model, and how the model is fitted. */
export interface FitOptions extends DesignOptions, ModelOptions {}
