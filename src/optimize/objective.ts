import type { Matrix } from "../linalg/matrix.ts";

/** A function with exact gradient and a Hessian (or a positive semidefinite substitute plus curvature). */
export interface SmoothObjective {
  /** order 0: value, 1: and gradient, 2: and Hessian. Buffers may be reused; a repeated point costs nothing twice. */
  evaluate(x: Float64Array, order: 0 | 1 | 2): ObjectiveValue;
  /** The exact Hessian where `evaluate` gives a substitute; costs several gradients. */
  exactHessian?(x: Float64Array): Matrix;
  /** a predicted decrease below this is not worth another evaluation; default 1e-10 with `exactHessian`, else 1e-24 */
  readonly worthwhile?: number;
}

/** A function known by its values alone: every smooth objective is one. */
export interface Objective {
  evaluate(x: Float64Array, order: 0): { readonly ok: boolean; readonly objective: number };
}

export interface ObjectiveValue {
  /** false: not defined here (a factorization failed) */
  readonly ok: boolean;
  readonly objective: number;
  readonly gradient: Float64Array;
  readonly hessian: Matrix;
}

export interface MinimizeOptions {
  readonly maxIterations?: number | undefined;
  /** stop when the predicted further decrease is below this; one more step is then taken; -2 log-likelihood units, default 1e-8 */
  readonly tolerance?: number;
  readonly keepTrace?: boolean;
  /** called once an iteration; returning false stops the search */
  readonly onIteration?: ((progress: IterationReport) => boolean | undefined) | undefined;
}

/** Options of the searches that respect bounds. */
export interface BoundedOptions extends MinimizeOptions {
  /** least values, length q, or minus infinity; default none. Below `upper` everywhere. */
  readonly lower?: ArrayLike<number>;
  /** greatest values, length q, or infinity; default none */
  readonly upper?: ArrayLike<number>;
}

export interface IterationReport {
  readonly iteration: number;
  readonly objective: number;
  /** predicted further decrease, g'H^-1 g / 2 */
  readonly decrement: number;
  readonly x: Float64Array;
}

export type StopReason = "converged" | "max-iterations" | "no-descent" | "cancelled" | "undefined-start";

export interface Optimum {
  readonly x: Float64Array;
  readonly objective: number;
  readonly reason: StopReason;
  readonly iterations: number;
  readonly evaluations: { readonly objective: number; readonly gradient: number };
  readonly decrement: number;
  readonly trace: readonly IterationReport[];
}
