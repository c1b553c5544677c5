import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { FitResult } from "../fit/result.ts";
import { type GroupOptions, leaveGroupOut } from "./leaveGroupOut.ts";
import { leaveOneOut } from "./leaveOneOut.ts";

export interface CrossValidationOptions extends GroupOptions {
  /** leave out whole groups: a grouping factor of the model or a column; default single records */
  readonly group?: string;
}

/** How well a fit predicts what it has not seen, variances held. */
export interface CrossValidation {
  /** `row`, or the group that was left out */
  readonly left: string;
  /** number of predictions that count, and of records that could not be predicted */
  readonly predicted: number;
  readonly undetermined: number;
  /** root mean square of the deleted residuals */
  readonly rmse: number;
  readonly meanAbsoluteError: number;
  /** sum of squared deleted residuals (PRESS) */
  readonly press: number;
  /** log predictive density summed over records (or groups, jointly), and its standard error over them */
  readonly elpd: number;
  readonly elpdSe: number;
  /** log density of every record or group; NaN where undetermined */
  readonly logDensities: Float64Array;
  readonly residuals: Float64Array;
  readonly notes: readonly Note[];
}

/**
 * Exact cross-validation from one factorization: leave-one-out, or leave-one-group-out.
 *
 * @throws HendersonError as `leaveOneOut` and `leaveGroupOut`
 */
export function crossValidation(fit: FitResult, options: CrossValidationOptions = {}): CrossValidation {
  const { group } = options;
  const { residuals, logDensities, notes } =
    group === undefined ? leaveOneOut(fit) : leaveGroupOut(fit, group, options);
  let predicted = 0;
  let press = 0;
  let absolute = 0;
  for (const residual of residuals) {
    if (Number.isNaN(residual)) continue;
    predicted++;
    press += residual * residual;
    absolute += Math.abs(residual);
  }
  const { sum, se } = summed(logDensities);
  return {
    left: group ?? "row",
    predicted,
    undetermined: residuals.length - predicted,
    rmse: Math.sqrt(press / predicted),
    meanAbsoluteError: absolute / predicted,
    press,
    elpd: sum,
    elpdSe: se,
    logDensities,
    residuals,
    notes,
  };
}

/** A fit beside the best one. */
export interface CrossValidationRow {
  readonly name: string;
  /** position in the argument */
  readonly index: number;
  readonly rmse: number;
  readonly elpd: number;
  /** elpd minus that of the best fit, over what all fits predict, and the standard error of the paired difference */
  readonly difference: number;
  readonly differenceSe: number;
}

export interface CrossValidationComparison {
  readonly left: string;
  /** records or groups that all fits predict */
  readonly compared: number;
  /** best first */
  readonly rows: readonly CrossValidationRow[];
  readonly notes: readonly Note[];
}

/**
 * Fits of the same records by their cross-validated log predictive density, best first. Works for any fixed and random
 * terms and for REML fits, nested or not.
 *
 * @throws HendersonError checks/different-data
 */
export function compareByCrossValidation(
  fits: readonly FitResult[],
  options: CrossValidationOptions & { readonly names?: readonly string[] } = {},
): CrossValidationComparison {
  const first = fits[0];
  const names = fits.map((fit, i) => options.names?.[i] ?? fit.design?.formula.source ?? `model ${i + 1}`);
  if (first === undefined || fits.length < 2) {
    throw new HendersonError(
      "checks/one-fit",
      `a comparison needs two fits or more, and ${fits.length} came`,
      { hint: "for one fit look at its cross-validation itself" },
    );
  }
  fits.forEach((fit, i) => {
    const same =
      fit.nobs === first.nobs && fit.model.response.every((y, r) => y === first.model.response[r]!);
    if (same) return;
    throw new HendersonError(
      "checks/different-data",
      `'${names[0]}' and '${names[i]}' were not fitted to the same response values`,
      { hint: "leave rows with missing values out of all of them" },
    );
  });
  const all = fits.map((fit) => crossValidation(fit, options));
  const units = all[0]!.logDensities.length;
  const usable = Array.from({ length: units }, (_, u) => u).filter((u) =>
    all.every(({ logDensities }) => !Number.isNaN(logDensities[u]!)),
  );
  const totals = all.map(({ logDensities }) => usable.reduce((sum, u) => sum + logDensities[u]!, 0));
  const best = totals.indexOf(Math.max(...totals));
  const rows = all.map(({ rmse, logDensities }, index): CrossValidationRow => {
    const { sum, se } = summed(
      Float64Array.from(usable, (u) => logDensities[u]! - all[best]!.logDensities[u]!),
    );
    return {
      name: names[index]!,
      index,
      rmse,
      elpd: totals[index]!,
      difference: index === best ? 0 : sum,
      differenceSe: index === best ? 0 : se,
    };
  });
  rows.sort((a, b) => b.elpd - a.elpd || a.index - b.index);
  const seen = new Set<string>();
  const notes = all
    .flatMap((validation) => validation.notes)
    .filter(({ message }) => !seen.has(message) && seen.add(message));
  return { left: all[0]!.left, compared: usable.length, rows, notes };
}

/** Sum of the finite values and sqrt(m Var(value)). */
function summed(values: Float64Array): { readonly sum: number; readonly se: number } {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  const mean = sum / count;
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  return { sum, se: count > 1 ? Math.sqrt((count * squares) / (count - 1)) : Number.NaN };
}
