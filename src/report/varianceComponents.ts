import type { FitResult } from "../fit/result.ts";
import { type Matrix, matrixRows } from "../linalg/matrix.ts";

/** The covariance of the coefficients of one random term, as VarCorr() of lme4 shows it. */
export interface VarianceComponent {
  /** unique name: `Subject`, `Subject.Days` */
  readonly component: string;
  readonly group: string;
  /** name of the covariance structure */
  readonly structure: string;
  /** number of levels */
  readonly levels: number;
  /** coefficients, length k */
  readonly terms: readonly string[];
  /** k x k by rows */
  readonly cov: readonly (readonly number[])[];
  /** standard deviations, length k */
  readonly sd: readonly number[];
  /** correlations by rows; null where a variance is zero, except that the structure `diag` has none */
  readonly corr: readonly (readonly (number | null)[])[];
}

/** Variances, standard deviations and correlations of every random term, in the order of the formula. */
export function varianceComponents(fit: FitResult): readonly VarianceComponent[] {
  return fit.model.random.map((term, t) => {
    const { component, group, coefficientNames, covariance } = term;
    const levels = term.relationship?.levels ?? term.levels;
    const spread = spreadOf(fit.covariances[t]!);
    const uncorrelated = covariance.name === "diag";
    return {
      component,
      group,
      structure: covariance.name,
      levels: levels.length,
      terms: coefficientNames,
      ...spread,
      ...(uncorrelated
        ? { corr: spread.corr.map((row, i) => row.map((entry, j) => (i === j ? entry : 0))) }
        : {}),
    };
  });
}

/** A covariance matrix by rows, with standard deviations and correlations. */
export function spreadOf(matrix: Matrix): Pick<VarianceComponent, "cov" | "sd" | "corr"> {
  const cov = matrixRows(matrix);
  const sd = cov.map((row, i) => Math.sqrt(row[i]!));
  const corr = cov.map((row, i) =>
    row.map((entry, j) =>
      sd[i]! * sd[j]! > 0 ? (i === j ? 1 : Math.max(-1, Math.min(1, entry / (sd[i]! * sd[j]!)))) : null,
    ),
  );
  return { cov, sd, corr };
}
