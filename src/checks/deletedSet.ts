import type { Matrix } from "../linalg/matrix.ts";

/** What happens when a set of records is left out. */
export interface DeletedSet {
  /** y - prediction from the other records, in the order given; NaN where undetermined */
  readonly residuals: Float64Array;
  /** variances of those residuals */
  readonly variances: Float64Array;
  /** log density of the set given the others (of the part that is determined) */
  readonly logDensity: number;
  /** b-hat minus b-hat without the set, length p, the user's columns; meaningless along null directions */
  readonly change: Float64Array;
  /** Var(b-hat) without the set, p x p; meaningless along null directions */
  readonly covariance: Matrix;
  /** directions of b (length p each) that the other records do not determine */
  readonly nullDirections: readonly Float64Array[];
}
