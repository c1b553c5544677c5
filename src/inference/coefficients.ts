import type { Note } from "../base/notes.ts";
import { tCdf, tQuantile } from "../distributions/studentT.ts";
import type { FitResult } from "../fit/result.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { type DenominatorMethod, type DenominatorName, denominatorOf } from "./denominator.ts";
import { requireLevel } from "./requireLevel.ts";

export interface CoefficientOptions {
  /** degrees of freedom; default Satterthwaite for mixed models, n - p for linear ones */
  readonly ddf?: DenominatorMethod;
  /** confidence level, default 0.95 */
  readonly level?: number;
}

/** One fixed effect; every number is null for an aliased coefficient. */
export interface CoefficientRow {
  readonly name: string;
  readonly estimate: number | null;
  readonly se: number | null;
  /** null where the reference is normal */
  readonly df: number | null;
  /** estimate / se; null when both are zero */
  readonly statistic: number | null;
  /** two-sided */
  readonly p: number | null;
  readonly ci: readonly [number, number] | null;
  readonly aliased: boolean;
}

export interface CoefficientTable {
  readonly ddf: DenominatorName;
  readonly statistic: "t" | "z";
  readonly level: number;
  /** every coefficient of the design in order, aliased ones included */
  readonly rows: readonly CoefficientRow[];
  /** Var(b) that the standard errors are from, p x p over the kept coefficients; adjusted by Kenward and Roger's method */
  readonly covariance: Matrix;
  /** about the method of degrees of freedom */
  readonly notes: readonly Note[];
}

/**
 * Estimates, standard errors, Wald tests and intervals of the fixed effects.
 *
 * @throws HendersonError `inference/level`, `inference/ddf-not-loaded`
 */
export function coefficientTable(fit: FitResult, options: CoefficientOptions = {}): CoefficientTable {
  const { method, beta, covariance, degreesOfFreedom, notes } = denominatorOf(fit, options.ddf);
  const level = requireLevel(options.level ?? 0.95);
  const p = fit.beta.length;
  const kept = fit.model.fixed.names.map((name, column): CoefficientRow => {
    const contrast = new Float64Array(p);
    contrast[column] = 1;
    const estimate = beta[column]!;
    const se = Math.sqrt(covariance.values[column + column * p]!);
    return { name, aliased: false, ...waldRow(estimate, se, degreesOfFreedom(contrast), level) };
  });
  const rows =
    fit.design === null
      ? kept
      : fit.design.coefficients.map(({ name, column }) =>
          column >= 0 ? { ...kept[column]!, name } : { ...noNumbers, name, aliased: true },
        );
  return { ddf: method, statistic: method === "none" ? "z" : "t", level, rows, covariance, notes };
}

/** Wald test of zero and interval for one estimate; df NaN (no variance information) is normal, 0 has neither. */
export function waldRow(
  estimate: number,
  se: number,
  df: number,
  level: number,
): Pick<CoefficientRow, "estimate" | "se" | "df" | "statistic" | "p" | "ci"> {
  // Infinity is the normal
  const nu = df >= 0 ? df : Number.POSITIVE_INFINITY;
  const margin = se * tQuantile(0.5 * (1 - level), nu, { lower: false });
  const ratio = estimate / se;
  const testable = !Number.isNaN(ratio);
  return {
    estimate,
    se,
    df: Number.isFinite(nu) ? nu : null,
    statistic: testable ? ratio : null,
    p: testable && nu > 0 ? 2 * tCdf(Math.abs(ratio), nu, { lower: false }) : null,
    ci: nu > 0 ? [estimate - margin, estimate + margin] : null,
  };
}

const noNumbers = { estimate: null, se: null, df: null, statistic: null, p: null, ci: null };
