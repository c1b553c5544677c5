import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { FitResult } from "../fit/result.ts";
import { solvedFit } from "../fit/solvedFit.ts";
import type { Table } from "../table/table.ts";
import { createSetDeleter } from "./groupDeletion.ts";
import { coefficientLabels } from "./labels.ts";
import { type RecordGroups, recordGroups } from "./recordGroups.ts";

/** Every group predicted from all others, variances held and the fixed effects estimated anew. */
export interface LeaveGroupOut {
  readonly group: string;
  readonly levels: readonly string[];
  /** records of every level */
  readonly sizes: Int32Array;
  /** per record: prediction without its whole group; length n, NaN where undetermined or without a group */
  readonly predictions: Float64Array;
  readonly residuals: Float64Array;
  readonly standardErrors: Float64Array;
  /** per level: log density of its records given all others; NaN where they are not determined */
  readonly logDensities: Float64Array;
  /** levels that the others do not determine */
  readonly undetermined: readonly string[];
  readonly notes: readonly Note[];
}

export interface GroupOptions {
  /** the table of the fit, for groups that are not in the model */
  readonly table?: Table;
  /** called once a group; false stops with an error */
  readonly onProgress?: (done: number, of: number) => boolean | undefined;
}

/**
 * Exact leave-one-group-out predictions at the estimated variances from one factorization.
 *
 * @param group a grouping factor of the model (its effects are then predicted at zero, as for a new group), or a column
 * @throws HendersonError checks/unknown-group, checks/one-group, checks/cancelled, fit/needs-data, fit/no-residual-variance
 */
export function leaveGroupOut(fit: FitResult, group: string, options: GroupOptions = {}): LeaveGroupOut {
  const solved = solvedFit(fit, "leave-one-out predictions");
  const groups = requireGroups(fit, group, options);
  const n = fit.nobs;
  const predictions = new Float64Array(n).fill(Number.NaN);
  const residuals = new Float64Array(n).fill(Number.NaN);
  const standardErrors = new Float64Array(n).fill(Number.NaN);
  const logDensities = new Float64Array(groups.levels.length);
  const undetermined: string[] = [];
  const { delete: leaveOut } = createSetDeleter(solved);
  groups.members.forEach((set, l) => {
    const deleted = leaveOut(set);
    set.forEach((r, s) => {
      residuals[r] = deleted.residuals[s]!;
      predictions[r] = fit.model.response[r]! - deleted.residuals[s]!;
      standardErrors[r] = Math.sqrt(deleted.variances[s]!);
    });
    logDensities[l] = deleted.logDensity;
    if (deleted.nullDirections.length > 0) undetermined.push(groups.levels[l]!);
    reportProgress(options, l + 1, groups.levels.length);
  });
  return {
    group,
    levels: groups.levels,
    sizes: Int32Array.from(groups.members, (set) => set.length),
    predictions,
    residuals,
    standardErrors,
    logDensities,
    undetermined,
    notes: [...withoutNotes(groups), ...undeterminedNotes(fit, groups, undetermined)],
  };
}

/** @throws HendersonError checks/cancelled */
export function reportProgress({ onProgress }: GroupOptions, done: number, of: number): void {
  if (onProgress?.(done, of) !== false) return;
  throw new HendersonError("checks/cancelled", `stopped after ${done} of ${of}`, {
    hint: "run it again to the end, or for fewer groups",
  });
}

/** @throws HendersonError checks/one-group */
export function requireGroups(fit: FitResult, group: string, options: GroupOptions): RecordGroups {
  const groups = recordGroups(fit, group, options.table);
  if (groups.levels.length > 1) return groups;
  throw new HendersonError(
    "checks/one-group",
    `'${group}' has one level only, so nothing is left without it`,
    {
      hint: "name a column that makes several groups of the rows",
    },
  );
}

/** Note `checks/without-group` where rows have no group. */
export function withoutNotes({ name, without }: RecordGroups): Note[] {
  if (without === 0) return [];
  return [
    {
      code: "checks/without-group",
      severity: "info",
      message: `${without} ${without === 1 ? "row has" : "rows have"} no value of ${name} and ${without === 1 ? "is" : "are"} never left out`,
      subject: name,
    },
  ];
}

const NAMED = 8;

/** Note `checks/undetermined` where the others do not determine a prediction of these levels. */
export function undeterminedNotes(
  fit: FitResult,
  { name, levels }: RecordGroups,
  undetermined: readonly string[],
): Note[] {
  if (undetermined.length === 0) return [];
  const single = undetermined.length === 1;
  const named = undetermined.slice(0, NAMED).join(", ");
  const more = undetermined.length > NAMED ? ` and ${undetermined.length - NAMED} more` : "";
  const all = undetermined.length === levels.length;
  return [
    {
      code: "checks/undetermined",
      severity: "warning",
      message: `${all ? `no level of ${name} can` : `${single ? "level" : "levels"} ${named}${more} of ${name} cannot`} be predicted completely from the others: some fixed coefficients are estimated from ${single && !all ? "it" : "one level each"} alone`,
      hint: `is ${name} nested in a fixed effect? Then leave out single rows, or groups within its levels (${fit.model.random.map((term) => term.group).join(", ") || "none in this model"})`,
      subject: name,
    },
  ];
}

/** Names of coefficients that the other records do not determine. */
export function lostCoefficients(fit: FitResult, nullDirections: readonly Float64Array[]): string[] {
  if (nullDirections.length === 0) return [];
  const p = fit.beta.length;
  const { values } = fit.unscaledCovariance;
  return coefficientLabels(fit).filter((_, j) =>
    nullDirections.some((direction) => {
      const sized = direction.map((value, i) => Math.abs(value) / Math.sqrt(values[i * (p + 1)]!));
      return sized[j]! > 1e-7 * Math.max(...sized);
    }),
  );
}
