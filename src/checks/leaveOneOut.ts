import type { Note } from "../base/notes.ts";
import type { FitResult } from "../fit/result.ts";
import { solvedFit } from "../fit/solvedFit.ts";
import { recordLabel } from "./labels.ts";
import { type RowDeletion, rowDeletion } from "./rowDeletion.ts";

/** Every record predicted from all others, variances held at their estimates and the fixed effects estimated anew. */
export interface LeaveOneOut {
  /** prediction of record i without it, with the random effects of its groups; length n, NaN where undetermined */
  readonly predictions: Float64Array;
  /** response minus prediction */
  readonly residuals: Float64Array;
  /** standard deviation of that residual: of the record, its groups' effects and the coefficients */
  readonly standardErrors: Float64Array;
  /** log density of the record given the others, normal with that mean and deviation */
  readonly logDensities: Float64Array;
  /** records that cannot be predicted because a coefficient rests on them alone */
  readonly undetermined: Int32Array;
  readonly notes: readonly Note[];
}

const known = new WeakMap<FitResult, RowDeletion>();

/** P_rr and what belongs to it at the estimates; computed once per fit. */
export function rowDeletionOf(fit: FitResult, what: string): RowDeletion {
  let found = known.get(fit);
  if (found === undefined) {
    found = rowDeletion(solvedFit(fit, what));
    known.set(fit, found);
  }
  return found;
}

/**
 * Exact leave-one-out predictions at the estimated variances from one factorization: no refits.
 *
 * With several traits a record is one trait of one row, and is predicted also from the other traits of its row.
 *
 * @throws HendersonError fit/needs-data, fit/no-residual-variance, engine/too-large
 */
export function leaveOneOut(fit: FitResult): LeaveOneOut {
  const deletion = rowDeletionOf(fit, "leave-one-out predictions");
  const { response } = fit.model;
  const n = response.length;
  const predictions = new Float64Array(n);
  const residuals = new Float64Array(n);
  const standardErrors = new Float64Array(n);
  const logDensities = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const precision = deletion.precision[i]!;
    const residual = precision > 0 ? deletion.weighted[i]! / precision : Number.NaN;
    residuals[i] = residual;
    predictions[i] = response[i]! - residual;
    standardErrors[i] = precision > 0 ? 1 / Math.sqrt(precision) : Number.NaN;
    logDensities[i] = 0.5 * (Math.log(precision / (2 * Math.PI)) - residual * residual * precision);
  }
  return {
    predictions,
    residuals,
    standardErrors,
    logDensities,
    undetermined: deletion.undetermined,
    notes: undeterminedNotes(fit, deletion.undetermined),
  };
}

/** As many rows are named in a message. */
const NAMED = 8;

function undeterminedNotes(fit: FitResult, undetermined: Int32Array): Note[] {
  if (undetermined.length === 0) return [];
  const named = Array.from(undetermined.subarray(0, NAMED), (i) => recordLabel(fit, i));
  const more = undetermined.length > NAMED ? ` and ${undetermined.length - NAMED} more` : "";
  const single = undetermined.length === 1;
  return [
    {
      code: "checks/undetermined",
      severity: "warning",
      message: `${single ? "row" : "rows"} ${named.join(", ")}${more} cannot be predicted from the others: a fixed coefficient rests on ${single ? "it" : "each of them"} alone`,
      hint: "the fit goes through these rows exactly; they are left out of summaries",
    },
  ];
}
