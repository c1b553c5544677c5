import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { precisionOf } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { type ContrastTest, type DegreesOfFreedom, testContrasts } from "./contrastTest.ts";
import {
  asymptoticCovariance,
  satterthwaiteDegreesOfFreedom,
  scaledBy,
  type VarianceInformation,
  varianceInformation,
} from "./satterthwaite.ts";

/**
 * How denominator degrees of freedom are found, by name: `satterthwaite`, `residual` (n - p for every contrast) and
 * `none` (normal and chi-squared reference) are always there; the others are values of henderson/inference.
 */
export type DenominatorName =
  | "satterthwaite"
  | "kenward-roger"
  | "between-within"
  | "containment"
  | "residual"
  | "none";

/** A way of testing fixed effects as a value (`kenwardRoger` of henderson/inference). */
export interface DenominatorRule {
  readonly name: DenominatorName;
  apply(fit: FitResult): Denominator;
}

/** A method by its name where it is always there, or as a value. */
export type DenominatorMethod = DenominatorName | DenominatorRule;

/** What a method gives for a fit: all that tests and intervals of contrasts of its fixed effects need. */
export interface Denominator {
  readonly method: DenominatorName;
  /** estimates that are tested, length p: those of the fit, or of its REML refit where the method needs one */
  readonly beta: Float64Array;
  /** Var(b) of standard errors and tests, p x p; adjusted for small samples by Kenward and Roger's method */
  readonly covariance: Matrix;
  /** degrees of freedom of one contrast */
  readonly degreesOfFreedom: DegreesOfFreedom;
  /** F test of rows of L with the values L b - d; `own` are the columns of the term that the rows are about, if of one */
  test(rows: readonly Float64Array[], values: Float64Array, own?: readonly number[]): ContrastTest;
  /** what was done that users should know */
  readonly notes: readonly Note[];
}

const cache = new WeakMap<FitResult, VarianceInformation>();

/**
 * Covariance, degrees of freedom and F tests for the contrasts of a fit by a method; by default Satterthwaite's for
 * mixed models and n - p for linear ones (where the two agree).
 *
 * @throws HendersonError `inference/ddf-not-loaded` for the name of a method that has to be given as a value
 */
export function denominatorOf(fit: FitResult, method?: DenominatorMethod): Denominator {
  const chosen = method ?? defaultMethod(fit);
  if (typeof chosen !== "string") return chosen.apply(fit);
  return waldDenominator(fit, chosen, degreesOfFreedomOf(fit, chosen));
}

function degreesOfFreedomOf(fit: FitResult, method: DenominatorName): DegreesOfFreedom {
  if (method === "none") return () => Number.POSITIVE_INFINITY;
  if (method === "satterthwaite" && hasVarianceParameters(fit)) {
    const information = varianceInformationOf(fit);
    return (contrast) => satterthwaiteDegreesOfFreedom(contrast, information);
  }
  if (method === "residual" || method === "satterthwaite") return () => fit.nobs - fit.beta.length;
  const value = method.replace(/-./, (pair) => pair[1]!.toUpperCase());
  throw new HendersonError("inference/ddf-not-loaded", `ddf '${method}' is not in the main import`, {
    hint: `import { ${value} } from "henderson/inference"; ddf: ${value}`,
  });
}

/** A method that leaves estimates and covariance as they are, with Fai and Cornelius' F tests of several rows. */
export function waldDenominator(
  fit: FitResult,
  method: DenominatorName,
  degreesOfFreedom: DegreesOfFreedom,
  notes: readonly Note[] = [],
): Denominator {
  const covariance = covarianceOf(fit);
  return {
    method,
    beta: fit.beta,
    covariance,
    degreesOfFreedom,
    test: (rows, values) => testContrasts(rows, values, covariance, degreesOfFreedom),
    notes,
  };
}

/** Whether more than one residual variance was estimated, or none: random terms, several traits, variances held. */
function hasVarianceParameters(fit: FitResult): boolean {
  return isMixed(fit) || fit.residualCovariance !== null;
}

/** Whether the fit has random terms. */
export function isMixed(fit: FitResult): boolean {
  return fit.model.random.length > 0;
}

/** Var(b) = sigma2 (X'V^-1X)^-1, p x p. */
export function covarianceOf(fit: FitResult): Matrix {
  return scaledBy(fit.unscaledCovariance, fit.sigma * fit.sigma);
}

/** More unknowns of the mixed model equations, or free variances, than this have no degrees of freedom by default. */
const LARGEST_SATTERTHWAITE = { unknowns: 20_000, parameters: 20 };

function defaultMethod(fit: FitResult): DenominatorName {
  if (!hasVarianceParameters(fit)) return "residual";
  return withoutDegreesOfFreedom(fit) === null ? "satterthwaite" : "none";
}

/** Why Satterthwaite's method is not the default of this fit; null where it is. */
export function withoutDegreesOfFreedom(fit: FitResult): string | null {
  if (fit.engine !== "equations") return null;
  if (fit.theta.length === 0) return "all variances are held at known values";
  const unknowns = fit.modes.reduce((sum, modes) => sum + modes.length, 0);
  if (unknowns > LARGEST_SATTERTHWAITE.unknowns || fit.theta.length > LARGEST_SATTERTHWAITE.parameters) {
    return `with ${unknowns} random effects and ${fit.theta.length} variance parameters Satterthwaite's method takes long`;
  }
  return null;
}

/** How the variance parameters move Var(b) and how well they are known; computed once a fit. */
export function varianceInformationOf(fit: FitResult): VarianceInformation {
  let information = cache.get(fit);
  if (information === undefined) {
    const precision = precisionOf(fit);
    information =
      fit.residualCovariance === null
        ? varianceInformation({
            ...precision,
            unscaledCovariance: fit.unscaledCovariance,
            sigma: fit.sigma,
            divisor: fit.method === "REML" ? fit.nobs - fit.beta.length : fit.nobs,
          })
        : {
            // theta holds the residual's parameters too
            parameterCovariance: asymptoticCovariance(precision.hessian),
            derivatives: precision.covarianceDerivatives,
            covariance: covarianceOf(fit),
          };
    cache.set(fit, information);
  }
  return information;
}
