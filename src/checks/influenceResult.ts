import type { Note } from "../base/notes.ts";
import type { GroupOptions } from "./leaveGroupOut.ts";

/** Influence of every record, or of every group, in the order of the data or of the levels. */
export interface Influence {
  /** `row`, or the group that was left out */
  readonly left: string;
  /** per unit: row of the table (from 1) or level */
  readonly labels: readonly string[];
  /** records of every unit */
  readonly sizes: Int32Array;
  readonly coefficients: readonly string[];
  /** b-hat minus b-hat without the unit: change[u * p + j]; NaN where the others do not determine the coefficient */
  readonly changes: Float64Array;
  /** standard error of b-hat without the unit, m x p, row by row */
  readonly deletedErrors: Float64Array;
  /** change in units of that standard error */
  readonly dfbetas: Float64Array;
  /** change' Var(b)^-1 change / p, over the coefficients that remain */
  readonly cooksDistance: Float64Array;
  /** the same with Var(b) without the unit */
  readonly mdffits: Float64Array;
  /** |Var(b) without the unit| / |Var(b)| */
  readonly covarianceRatio: Float64Array;
  /** |tr(Var(b)^-1 Var(b) without the unit) - p| */
  readonly covarianceTrace: Float64Array;
  /** (y - prediction)' Var^-1 (y - prediction) of the unit given all others: chi-squared with as many df as records */
  readonly chiSquared: Float64Array;
  /** probability of one as large or larger */
  readonly chiSquaredP: Float64Array;
  /** what the variance parameters do without the unit; absent where they are held at their estimates */
  readonly components?: ComponentInfluence;
  /** units with coefficients that the others do not determine, and which */
  readonly lost: ReadonlyMap<string, readonly string[]>;
  readonly notes: readonly Note[];
}

export interface InfluenceOptions extends GroupOptions {
  /** groups to leave out: a grouping factor of the model or a column; default single records */
  readonly group?: string;
  /**
   * `none` (default): variances held at their estimates, exact for the fixed effects. `one-step`: one Newton step of the
   * variance parameters with the Hessian of the whole fit. `refit`: every unit's model fitted again to the minimum.
   */
  readonly update?: "none" | "one-step" | "refit";
}

/** Variance components without each unit. */
export interface ComponentInfluence {
  /** `Subject[2,1]`, `residual` */
  readonly names: readonly string[];
  /** of the whole fit */
  readonly estimates: Float64Array;
  /** without unit u: values[u * names.length + c] */
  readonly values: Float64Array;
  /** refits that did not converge */
  readonly notConverged: readonly string[];
}
